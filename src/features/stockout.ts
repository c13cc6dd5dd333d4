import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { buildMatrix, MISSING, share } from './matrix.ts';

/** An item at a node, as it would stand after `takenQty` units have gone. */
export interface StockoutSubject {
  readonly position: SupplyPosition;
  readonly takenQty: number;
}

/** Whether an item at a node will not cover its demand within its lead time. */
export const stockoutFeatures: FeatureSet = {
  featureSetId: 'stockout@1',
  task: 'stockout',
  features: [
    {
      name: 'availableUnits',
      type: 'number',
      unit: 'units',
      description: 'on hand less reserved, allocated and taken, as of the position',
      monotone: -1,
      owner: 'inventory',
    },
    {
      name: 'weeksOfSupply',
      type: 'number',
      unit: 'weeks',
      description: 'available units over weekly demand of the last 28 days; missing without demand',
      monotone: -1,
      owner: 'inventory',
    },
    {
      name: 'leadTimeCover',
      type: 'number',
      unit: 'ratio',
      description: 'available units and receipts due within the lead time over expected demand in the lead time',
      monotone: -1,
      owner: 'inventory',
    },
    {
      name: 'leadTimeDays',
      type: 'number',
      unit: 'days',
      description: 'days from order to receipt at the node, as the ERP plans it',
      owner: 'purchasing',
    },
    {
      name: 'receiptsWithinLeadTime',
      type: 'number',
      unit: 'units',
      description: 'receipts due within the lead time of the position',
      monotone: -1,
      owner: 'purchasing',
    },
    {
      name: 'nextReceiptDays',
      type: 'number',
      unit: 'days',
      description: 'days until the next receipt is due; missing when none is',
      owner: 'purchasing',
    },
    {
      name: 'dailyDemand28',
      type: 'number',
      unit: 'units per day',
      description: 'mean daily demand of the last 28 days',
    },
    {
      name: 'dailyDemand91',
      type: 'number',
      unit: 'units per day',
      description: 'mean daily demand of the last 91 days',
    },
    {
      name: 'demandTrend',
      type: 'number',
      unit: 'ratio',
      description: 'demand of the last 7 days over a quarter of that of the last 28',
    },
    {
      name: 'activeDayShare91',
      type: 'number',
      unit: 'share',
      description: 'share of the last 91 days with any demand; low is intermittent',
    },
    {
      name: 'unitsPerActiveDay91',
      type: 'number',
      unit: 'units',
      description: 'demand per day that had any, last 91 days',
    },
    {
      name: 'safetyStockCover',
      type: 'number',
      unit: 'ratio',
      description: 'available units over safety stock; missing where none is set',
      monotone: -1,
      owner: 'inventory',
    },
    {
      name: 'lateReceiptShare182',
      type: 'number',
      unit: 'share',
      description: 'share of supplier receipts of the last 182 days that came late',
      owner: 'purchasing',
    },
    {
      name: 'shortPickShare91',
      type: 'number',
      unit: 'share',
      description: 'share of picks of the last 91 days that came up short',
      owner: 'warehouse',
    },
  ],
};

export function stockoutMatrix(subjects: readonly StockoutSubject[]): FeatureMatrix {
  return buildMatrix(stockoutFeatures, subjects, writeStockoutRow);
}

function receiptsUntil(position: SupplyPosition, until: Instant): number {
  let units = 0;
  for (const receipt of position.receiptsDue) if (receipt.dueAt <= until) units += receipt.qty;
  return units;
}

function nextReceiptDays(position: SupplyPosition): number {
  let next = Number.POSITIVE_INFINITY;
  for (const receipt of position.receiptsDue) if (receipt.dueAt < next) next = receipt.dueAt;
  return next === Number.POSITIVE_INFINITY ? MISSING : (next - position.asOf) / DAY_MS;
}

function writeStockoutRow({ position, takenQty }: StockoutSubject, values: Float64Array, offset: number): void {
  const { demand, leadTimeDays, picks91, receipts182 } = position;
  const available = position.onHand - position.reserved - position.allocated - takenQty;
  const receipts = leadTimeDays === null ? MISSING : receiptsUntil(position, position.asOf + leadTimeDays * DAY_MS);
  const daily = demand ? demand.units28 / 28 : MISSING;
  values[offset] = available;
  values[offset + 1] = share(available, daily * 7);
  values[offset + 2] = leadTimeDays === null ? MISSING : share(available + receipts, daily * leadTimeDays);
  values[offset + 3] = leadTimeDays ?? MISSING;
  values[offset + 4] = receipts;
  values[offset + 5] = nextReceiptDays(position);
  values[offset + 6] = daily;
  values[offset + 7] = demand ? demand.units91 / 91 : MISSING;
  values[offset + 8] = demand ? share(demand.units7, demand.units28 / 4) : MISSING;
  values[offset + 9] = demand ? demand.activeDays91 / 91 : MISSING;
  values[offset + 10] = demand ? share(demand.units91, demand.activeDays91) : MISSING;
  values[offset + 11] = share(available, position.safetyStock);
  values[offset + 12] = receipts182 ? share(receipts182.late, receipts182.receipts) : MISSING;
  values[offset + 13] = picks91 ? share(picks91.short, picks91.picks) : MISSING;
}
