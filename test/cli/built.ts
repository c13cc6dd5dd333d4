import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#src/config.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The CLI as it is shipped, bundled once for a test file into a folder of its own; `remove` it afterwards. */
export function buildCli() {
  const folder = join(packageRoot, `.build-${process.pid}-${process.hrtime.bigint()}`);
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build.mjs'), folder]);
  const file = join(folder, 'cli.js');
  if (!existsSync(file)) throw new Error(`the build left no ${file}`);

  function start(args: readonly string[], env: Record<string, string> = {}, cwd = '/') {
    return spawn(process.execPath, [file, ...args], { cwd, env: { ...process.env, ...env } });
  }

  function run(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = start(args, env);
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
      child.stdin.end(input);
    });
  }

  return { file, run, start, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
