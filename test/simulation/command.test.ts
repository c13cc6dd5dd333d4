import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT } from '#src/cli/command.ts';
import { simulate } from '#src/cli/simulate.ts';
import { simulateHistory, WARM_UP_DAYS } from '#training/simulation/history.ts';
import { writeHistory } from '#training/simulation/history-file.ts';
import { historyImporter } from '#training/simulation/history-importer.ts';
import { TINY } from './tiny.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const terminal = { out: () => {}, err: () => {}, interactive: false };

describe('simulate', () => {
  it.each(['stockout', 'delay', 'split'] as const)(
    'reads the %s history it wrote back to the same rows',
    async (task) => {
      const history = simulateHistory({
        ...TINY,
        days: WARM_UP_DAYS + 20,
        keep: { stockout: 1, delay: 1, split: 1 },
      });
      const out = join(folder, task);
      writeHistory(out, history);
      const importer = historyImporter(task);
      const table = await importer.read([join(out, `${task}.csv`)]);
      const recorded = importer.learn(table);
      expect(importer.features(table, recorded, 'asOf').values).toEqual(history[task].matrix.values);
      const facts = importer.facts(table);
      expect(facts.labels).toEqual(history[task].labels);
      expect(facts.times).toEqual(history[task].times);
      expect(facts.observedAt).toEqual(history[task].observedAt);
      expect(facts.durations ?? null).toEqual(history[task].durations);
    },
  );

  it('refuses what it cannot understand and writes nothing', async () => {
    const out = join(folder, 'refused');
    await expect(simulate.run(['history', '--days', '3', '--out', out], terminal)).rejects.toThrow(/`--days` is `3`/);
    await expect(simulate.run(['world', '--at', 'soon', '--out', out], terminal)).rejects.toThrow(/`--at` is `soon`/);
    await expect(simulate.run(['history'], terminal)).rejects.toThrow(/--out/);
    expect(await simulate.run(['future'], terminal)).toBe(EXIT.usage);
    expect(existsSync(out)).toBe(false);
  });

  it('writes a world and orders as JSON lines', async () => {
    const out = join(folder, 'world');
    const at = '2026-03-04T10:00:00Z';
    expect(await simulate.run(['world', '--orders', '6', '--at', at, '--out', out], terminal)).toBe(EXIT.ok);
    const rows = (name: string): unknown[] =>
      readFileSync(join(out, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect(rows('orders.jsonl')).toHaveLength(6);
    expect(rows('events.jsonl').length).toBeGreaterThan(10_000);
  }, 60_000);
});
