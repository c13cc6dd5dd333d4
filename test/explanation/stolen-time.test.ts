import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchLoop } from './stolen-time.ts';

test('a wait of ours is ours, and so is work of ours that holds the loop', async () => {
  const waiting = watchLoop();
  await wait(400);
  expect(waiting().own).toBeGreaterThan(100);
  const working = watchLoop();
  const { user: from } = process.cpuUsage();
  while (process.cpuUsage().user - from < 60_000);
  expect(working().own).toBeGreaterThan(50);
});

test('a stand-still without work is the machine’s', () => {
  const watched = watchLoop();
  // Nothing of this process runs: as where the machine gives the processor to others.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const { took, own } = watched();
  expect(took).toBeGreaterThanOrEqual(295);
  expect(took - own).toBeGreaterThan(100);
});
