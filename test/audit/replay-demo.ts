import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#src/config.ts';

// npm run replay:demo [-- orders]: decides orders of the demo, then replays them in a second process and, from an
// export, on other versions of Node. Needs `npm run build` first; the npm package `node` brings the other versions.
const orders = process.argv[2] ?? '10000';
const OTHER_NODES = ['22', '24'];
const folder = mkdtempSync(join(tmpdir(), 'replay-demo-'));
const [data, exported] = [join(folder, 'data'), join(folder, 'export')];
const cli = join(packageRoot, 'dist/cli.js');

function run(what: string, command: string, ...args: string[]): void {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e9 });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const last = stdout.trim().split('\n').at(-1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${what} (${seconds} s): ${status === 0 ? last : stderr || last}`);
  if (status !== 0) process.exitCode = 1;
}

run(`decide ${orders}`, process.execPath, cli, 'demo', '--once', '--orders', orders, '--data', data);
run('replay in a second process', process.execPath, cli, 'audit', 'replay', '--all', '--data', data);
const all = ['--evidence', '--models', '--policies'];
run('export', process.execPath, cli, 'audit', 'export', exported, '--data', data, ...all);
for (const version of OTHER_NODES)
  run(
    `replay of the export on Node ${version}`,
    'npx',
    '-y',
    `node@${version}`,
    cli,
    'audit',
    'replay',
    '--from-export',
    exported,
  );
rmSync(folder, { recursive: true });
