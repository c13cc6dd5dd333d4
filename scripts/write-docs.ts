// Writes the pages of docs/ that are generated from code: `npm run docs`. A test compares them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsPage } from '#routes/problem.ts';
import { packageRoot } from '#src/config.ts';
import { eventsPage } from '#world/events-page.ts';

writeFileSync(join(packageRoot, 'docs/problems.md'), problemsPage());
writeFileSync(join(packageRoot, 'docs/events.md'), eventsPage());
