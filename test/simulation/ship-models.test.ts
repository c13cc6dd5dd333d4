import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TASKS, type Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { ModelRegistry } from '#models/registry.ts';
import { isTransitModel } from '#models/risk-model.ts';
import { shipped } from '#src/config.ts';
import { simulateHistory, WARM_UP_DAYS } from '#training/simulation/history.ts';
import { shipModels } from '#training/simulation/ship-models.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import { logisticTrainer } from '#training/trainers/logistic.ts';
import { boostedTransitTrainer } from '#training/trainers/transit.ts';
import { TINY } from './tiny.ts';

const MOST_BYTES = 1_500_000;
const folder = mkdtempSync(join(tmpdir(), 'ship-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const registry = new ModelRegistry(shipped.artifacts);
const champion = (task: Task) => registry.loadChampion(task, [SERVICE_FEATURE_SETS[task]])!;

describe('the models that are shipped', () => {
  it.each(TASKS)(
    '%s: the champion loads on the service’s own feature set and says that its data is simulated',
    (task) => {
      const { card, model } = champion(task);
      expect(model.featureSet.featureSetId).toBe(`${task}@1`);
      expect(String(card['data'])).toMatch(/^SIMULATED: /);
      const path = join(shipped.artifacts, task, model.modelVersion, 'model.json');
      expect(statSync(path).size).toBeLessThan(MOST_BYTES);
    },
  );

  it.each(TASKS)('%s: the champion beats the logistic floor on rows it had not seen', (task) => {
    const { metrics } = champion(task);
    const { families, winner } = metrics as {
      families: { name: string; metrics: { rocAuc: number; logLoss: number } }[];
      winner: string;
    };
    const of = (name: string) => families.find((family) => family.name === name)!.metrics;
    expect(of(winner).logLoss).toBeLessThan(of('logistic').logLoss);
    expect(of(winner).rocAuc).toBeGreaterThan(of('logistic').rocAuc);
  });

  it('delay: answers for any promise and gives quantiles that rise', () => {
    const { model } = champion('delay');
    expect(isTransitModel(model)).toBe(true);
    if (!isTransitModel(model)) return;
    const columns = model.featureSet.features.length;
    const values = Float64Array.from({ length: columns }, (_, column) => [5, 1, 3, 3, 800][column] ?? Number.NaN);
    const [p10, p50, p90] = model.transitDays({ rows: 1, columns, values }, [0.1, 0.5, 0.9]);
    expect(p10!).toBeGreaterThan(0);
    expect(p50!).toBeGreaterThan(p10!);
    expect(p90!).toBeGreaterThan(p50!);
  });
});

describe('ship-models', () => {
  it('gives the same bytes for the same seed', async () => {
    const history = simulateHistory({
      ...TINY,
      ordersPerDay: 30,
      days: WARM_UP_DAYS + 45,
      keep: { stockout: 1, delay: 1, split: 1 },
    });
    const few = { rounds: 12, patience: 5, minRows: 20 };
    const run = (name: string) =>
      shipModels(history, {
        seed: 3,
        out: join(folder, name),
        trainedAt: Date.parse('2026-01-01T00:00:00Z'),
        origin: 'a tiny world',
        entrants: (task) => [
          boostedTrainer(few),
          logisticTrainer(),
          ...(task === 'delay' ? [boostedTransitTrainer(few)] : []),
        ],
      });
    const [first, second] = [await run('first'), await run('second')];
    expect(second).toEqual(first);
    for (const { task, modelVersion, winner } of first) {
      if (task === 'delay') expect(winner).toBe('boosted-transit');
      for (const file of readdirSync(join(folder, 'first', task, modelVersion)))
        expect(readFileSync(join(folder, 'second', task, modelVersion, file))).toEqual(
          readFileSync(join(folder, 'first', task, modelVersion, file)),
        );
      expect(new ModelRegistry(join(folder, 'first')).aliases(task)).toEqual({ champion: modelVersion });
    }
  }, 90_000);
});
