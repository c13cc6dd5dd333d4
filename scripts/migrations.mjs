// Until the first release there is one migration, written anew from the tables: `npm run migrations`.
// The triggers that keep append-only tables append-only stand in scripts/append-only.sql and are added at its end.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}src/store/migrations`;
rmSync(folder, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/drizzle-kit`, ['generate', '--name', 'init'], { cwd: root, stdio: 'inherit' });
const file = `${folder}/${readdirSync(folder).find((name) => name.endsWith('.sql'))}`;
const triggers = readFileSync(`${root}scripts/append-only.sql`, 'utf8').trim();
if (triggers) writeFileSync(file, `${readFileSync(file, 'utf8')}\n--> statement-breakpoint\n${triggers}\n`);
