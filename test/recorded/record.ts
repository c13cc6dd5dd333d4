import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '#src/cli/main.ts';

// npm run record -- <name> [orders] [seed]: decides orders of the demo and keeps them as test/recorded/<name> for ever.
const [name, orders = '20', seed = '7'] = process.argv.slice(2);
const target = join(dirname(fileURLToPath(import.meta.url)), name ?? '');
if (name === undefined || existsSync(target)) {
  console.error(name === undefined ? 'expected a name' : `${target} exists; what was recorded is never changed`);
  process.exit(2);
}
const data = mkdtempSync(join(tmpdir(), 'record-'));
const terminal = { out: () => {}, err: (text: string) => void process.stderr.write(text), interactive: false };
await main(['demo', '--once', '--orders', orders, '--seed', seed, '--data', data], terminal);
process.exitCode = await main(
  ['audit', 'export', target, '--data', data, '--evidence', '--models', '--policies'],
  terminal,
);
rmSync(data, { recursive: true });
