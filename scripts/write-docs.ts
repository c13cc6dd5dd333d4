// Writes the pages of docs/ that are generated from code: `npm run docs`. A test compares them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsPage } from '#routes/problem.ts';
import { packageRoot } from '#src/config.ts';

writeFileSync(join(packageRoot, 'docs/problems.md'), problemsPage());
