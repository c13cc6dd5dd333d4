import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCli } from '../cli/built.ts';
import { oversellRun } from './oversell-run.ts';

let cli: ReturnType<typeof buildCli>;
let folder: string;
beforeAll(() => {
  cli = buildCli();
  folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
});
afterAll(() => {
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('64 parallel clients on scarce stock, with the process killed in between: not one unit is oversold', async () => {
  const stock = { 'DC-NORTH': 70, 'DC-SOUTH': 35 };
  const result = await oversellRun({
    start: (args) => cli.start(args),
    folder,
    clients: 64,
    ordersEach: 2,
    kills: 2,
    stock,
  });
  expect(result).toMatchObject({ kills: 2, acknowledged: 128, lost: 0, gaps: 0 });
  // More was ordered than there is, so the last unit is gone; and each is held once.
  expect(result.held).toEqual(stock);
  expect(result.promised).toEqual(stock);
}, 120_000);
