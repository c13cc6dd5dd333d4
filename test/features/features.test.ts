import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { DAY_MS } from '#domain/time.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { delayFeatures, delayMatrix } from '#features/route-delay.ts';
import { splitFeatures, splitMatrix } from '#features/split.ts';
import { stockoutFeatures, stockoutMatrix } from '#features/stockout.ts';
import { lane, NOW, node, position } from '../network.ts';

function named(set: FeatureSet, matrix: FeatureMatrix, row = 0): Record<string, number> {
  return Object.fromEntries(
    set.features.map(({ name }, column) => [name, matrix.values[row * matrix.columns + column]!]),
  );
}

describe('features', () => {
  it('names each feature once and never an identifier', () => {
    for (const { features } of Object.values(SERVICE_FEATURE_SETS)) {
      const names = features.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => /Id$/.test(name))).toEqual([]);
    }
  });

  it('stockout: computes from the position as it would stand after the units have gone', () => {
    const receiptsDue = [
      { qty: 30, dueAt: NOW + 3 * DAY_MS },
      { qty: 50, dueAt: NOW + 20 * DAY_MS },
    ];
    const subject = position('A', 'I1', { asOf: NOW, receiptsDue });
    expect(named(stockoutFeatures, stockoutMatrix([{ position: subject, takenQty: 20 }]))).toEqual({
      availableUnits: 70,
      weeksOfSupply: 5,
      leadTimeCover: 100 / 14,
      leadTimeDays: 7,
      receiptsWithinLeadTime: 30,
      nextReceiptDays: 3,
      dailyDemand28: 2,
      dailyDemand91: 2,
      demandTrend: 1,
      activeDayShare91: 60 / 91,
      unitsPerActiveDay91: 182 / 60,
      safetyStockCover: 7,
      lateReceiptShare182: 0.15,
      shortPickShare91: 0.02,
    });
  });

  it('stockout: writes what is not known as missing', () => {
    const bare = position('A', 'I1', { demand: null, picks91: null, receipts182: null, leadTimeDays: null });
    const row = named(stockoutFeatures, stockoutMatrix([{ position: bare, takenQty: 0 }]));
    const known = Object.entries(row).filter(([, value]) => !Number.isNaN(value));
    expect(known.map(([name]) => name)).toEqual(['availableUnits', 'safetyStockCover']);
  });

  it('stockout: when on-hand falls, every feature that moves is constrained to raise the risk', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 500 }), fc.integer({ min: 1, max: 100 }), (onHand, drop) => {
        const subjects = [onHand, onHand - drop].map((units) => ({
          position: position('A', 'I1', { onHand: units, receiptsDue: [{ qty: 9, dueAt: NOW + DAY_MS }] }),
          takenQty: 1,
        }));
        const matrix = stockoutMatrix(subjects);
        const [before, after] = [named(stockoutFeatures, matrix, 0), named(stockoutFeatures, matrix, 1)];
        for (const { name, monotone } of stockoutFeatures.features) {
          if (Object.is(before[name], after[name])) continue;
          expect(monotone).toBe(-1);
          expect(after[name]!).toBeLessThan(before[name]!);
        }
      }),
    );
  });

  it('delay: a tighter promise moves nothing but the promised days', () => {
    const subject = { node: node('A'), lane: lane('A'), decidedAt: NOW, shipDate: NOW, carrierEta: NOW + 2 * DAY_MS };
    const matrix = delayMatrix([
      { ...subject, promiseDate: NOW + 4 * DAY_MS },
      { ...subject, promiseDate: NOW + 3 * DAY_MS },
    ]);
    const [loose, tight] = [named(delayFeatures, matrix, 0), named(delayFeatures, matrix, 1)];
    expect(loose).toMatchObject({
      promisedDays: 4,
      shipDays: 0,
      carrierDays: 2,
      lateShare28: 0.1,
      shipWeekday: 0,
      shipMonth: 3,
    });
    expect(loose['excessTransitDays28']).toBeCloseTo(0.3);
    expect({ ...tight, promisedDays: 4 }).toEqual(loose);
    expect(tight['promisedDays']).toBe(3);
  });

  it('split: takes the worst and the sum over the picks of a plan', () => {
    const a = { position: position('A', 'I1', { onHand: 12 }), node: node('A'), qty: 1 };
    const b = {
      position: position('B', 'I2', { onHand: 11, picks91: { picks: 50, short: 5 }, receipts182: null }),
      node: node('B', { laborUtilization: 1.1, capacity: null }),
      qty: 4,
    };
    const plan = { decidedAt: NOW, orderLines: 2, shipments: 2, takes: [a, b] };
    expect(named(splitFeatures, splitMatrix([plan]))).toEqual({
      shipments: 2,
      orderLines: 2,
      takes: 2,
      units: 5,
      tightestCover: 0.25,
      picksTakingLast: 2,
      worstShortPickShare91: 0.1,
      expectedShortPicks: expect.closeTo(0.12, 12),
      takesFromReceipts: 1,
      worstLateReceiptShare182: 0.15,
      worstLaborUtilization: 1.1,
      worstBacklogShare: 0.04,
      oldestPositionHours: 1 / 6,
    });
  });
});
