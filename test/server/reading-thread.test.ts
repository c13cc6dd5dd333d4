import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '#src/config.ts';

it('reads in a thread of its own what would be read without it, and goes on after the thread has ended', () => {
  const built = join(packageRoot, `.build-reads-${process.pid}`);
  const data = mkdtempSync(join(tmpdir(), 'fairlead-'));
  try {
    execFileSync(process.execPath, ['scripts/build.mjs', built, 'test/server/reading-thread-run.ts'], {
      cwd: packageRoot,
    });
    const out = execFileSync(process.execPath, [join(built, 'reading-thread-run.js'), data], { encoding: 'utf8' });
    const { found, stages, failed, refused, again } = JSON.parse(out);
    for (const [name, [here, there]] of Object.entries<[string, string]>(found))
      expect([name, there]).toEqual([name, here]);
    expect(JSON.parse(found.kpis[0]).length).toBeGreaterThan(20);
    expect(JSON.parse(found.question[0]).kind).toBe('answer');
    expect(JSON.parse(found.summary[0]).text).toMatch(/./);
    expect(found.unknown).toEqual([null, null]);
    expect(stages).toEqual(['planned policy-rules']);
    // Its failure names the thread's own file: the work was done there.
    expect(failed).toMatch(/TypeError[\s\S]*reading-thread\.js/);
    expect(refused).toBe('not-ready');
    expect(again).toBe(found.kpis[0]);
  } finally {
    rmSync(built, { recursive: true, force: true });
    rmSync(data, { recursive: true, force: true });
  }
}, 120_000);
