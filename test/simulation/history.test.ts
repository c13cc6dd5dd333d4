import { describe, expect, it } from 'vitest';
import { Distributor } from '#training/simulation/distributor.ts';
import { erpPlan } from '#training/simulation/erp-rule.ts';
import { snapshotFor } from '#training/simulation/facts.ts';
import { simulateHistory, WARM_UP_DAYS } from '#training/simulation/history.ts';
import { planRows } from '#training/simulation/plan-rows.ts';
import { Realisation } from '#training/simulation/realisation.ts';
import { TINY } from './tiny.ts';

const DAYS = WARM_UP_DAYS + 40;
const EVERYTHING = { stockout: 1, delay: 1, split: 1 };
const history = simulateHistory({ ...TINY, days: DAYS, keep: EVERYTHING });
const end = TINY.start + DAYS * 86_400_000;

describe('history', () => {
  it('gives the same bytes for the same seed', () => {
    const again = simulateHistory({ ...TINY, days: DAYS, keep: EVERYTHING });
    for (const task of ['stockout', 'delay', 'split'] as const) {
      expect(again[task].matrix.values).toEqual(history[task].matrix.values);
      expect(again[task].labels).toEqual(history[task].labels);
    }
  });

  it('has both outcomes for each task, in the order of decisions, each known after its decision and before the end', () => {
    for (const task of ['stockout', 'delay', 'split'] as const) {
      const { labels, times, observedAt, matrix } = history[task];
      expect(matrix.rows).toBeGreaterThan(200);
      const positives = labels.reduce((sum, label) => sum + label, 0);
      expect(positives).toBeGreaterThan(0);
      expect(positives).toBeLessThan(labels.length / 2);
      for (let row = 0; row < labels.length; row++) {
        expect(observedAt[row]!).toBeGreaterThan(times[row]!);
        expect(observedAt[row]!).toBeLessThanOrEqual(end + 3_600_000 * 2);
        if (row > 0) expect(times[row]!).toBeGreaterThanOrEqual(times[row - 1]!);
      }
    }
  });

  it('calls a delivery late exactly when it took longer than was promised', () => {
    const { labels, durations, matrix, featureSet } = history.delay;
    const promised = featureSet.features.findIndex(({ name }) => name === 'promisedDays');
    for (let row = 0; row < matrix.rows; row++) {
      const promise = matrix.values[row * matrix.columns + promised]!;
      expect(labels[row]).toBe(durations![row]! > promise ? 1 : 0);
    }
  });

  it('holds the very features that the facts of the moment give again', () => {
    const world = new Distributor({ ...TINY, days: DAYS });
    const realisation = new Realisation(world);
    const habits = { otherNode: 0.15, otherService: 0.2, random: world.random.fork('habits') };
    const rebuilt = new Set<string>();
    for (let day = 0; day < DAYS; day++) {
      world.startDay();
      for (const order of world.ordersOfDay()) {
        const plan = erpPlan(world, order, order.placedAt, habits);
        if (plan && day >= WARM_UP_DAYS)
          rebuilt.add(planRows(snapshotFor(world, order, order.placedAt), order, plan).split.values.join());
        realisation.execute(order, plan, order.placedAt);
      }
      realisation.closeDay();
    }
    const { matrix } = history.split;
    for (let row = 0; row < matrix.rows; row++)
      expect(rebuilt.has(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns).join())).toBe(true);
  });
});
