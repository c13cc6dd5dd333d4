import type { Node } from '#domain/network.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { HOUR_MS, type Instant } from '#domain/time.ts';
import { buildMatrix, MISSING, share } from './matrix.ts';

/** Units that a plan takes from a position; a position stands once for each line that takes from it. */
export interface Take {
  readonly position: SupplyPosition;
  readonly node: Node;
  readonly qty: number;
}

/** A plan of k shipments. */
export interface SplitSubject {
  readonly decidedAt: Instant;
  readonly orderLines: number;
  readonly shipments: number;
  readonly takes: readonly Take[];
}

/** Whether a plan of k shipments ends in more than k. */
export const splitFeatures: FeatureSet = {
  featureSetId: 'split@1',
  task: 'split',
  features: [
    { name: 'shipments', type: 'number', unit: 'shipments', description: 'shipments of the plan', owner: 'sales' },
    { name: 'orderLines', type: 'number', unit: 'lines', description: 'lines of the order' },
    { name: 'takes', type: 'number', unit: 'picks', description: 'picks of the plan: a line at a node' },
    { name: 'units', type: 'number', unit: 'units', description: 'units the plan ships' },
    {
      name: 'tightestCover',
      type: 'number',
      unit: 'ratio',
      description: 'least of units available over units taken among the picks',
      monotone: -1,
      owner: 'inventory',
    },
    {
      name: 'picksTakingLast',
      type: 'number',
      unit: 'picks',
      description: 'picks that leave fewer than two units of physical stock',
      owner: 'inventory',
    },
    {
      name: 'worstShortPickShare91',
      type: 'number',
      unit: 'share',
      description: 'highest share of short picks, last 91 days, among the picks',
      owner: 'warehouse',
    },
    {
      name: 'expectedShortPicks',
      type: 'number',
      unit: 'picks',
      description: 'sum of the picks’ shares of short picks, last 91 days',
      owner: 'warehouse',
    },
    {
      name: 'takesFromReceipts',
      type: 'number',
      unit: 'picks',
      description: 'picks that need a receipt which has not arrived',
      owner: 'purchasing',
    },
    {
      name: 'worstLateReceiptShare182',
      type: 'number',
      unit: 'share',
      description: 'highest share of late receipts, last 182 days, among the picks',
      owner: 'purchasing',
    },
    {
      name: 'worstLaborUtilization',
      type: 'number',
      unit: 'share',
      description: 'highest labour utilisation among the nodes',
      owner: 'warehouse',
    },
    {
      name: 'worstBacklogShare',
      type: 'number',
      unit: 'share',
      description: 'highest backlog over daily capacity among the nodes',
      owner: 'warehouse',
    },
    {
      name: 'oldestPositionHours',
      type: 'number',
      unit: 'hours',
      description: 'age of the oldest supply position among the picks',
      owner: 'inventory',
    },
  ],
};

export function splitMatrix(subjects: readonly SplitSubject[]): FeatureMatrix {
  return buildMatrix(splitFeatures, subjects, writeSplitRow);
}

/** NaN stands for nothing known yet, and gives way to the first number. */
function worst(known: number, next: number): number {
  return Number.isNaN(known) || next > known ? (Number.isNaN(next) ? known : next) : known;
}

function writeSplitRow(plan: SplitSubject, values: Float64Array, offset: number): void {
  let units = 0;
  let tightest = MISSING;
  let takingLast = 0;
  let shortPicks = MISSING;
  let expectedShort = 0;
  let fromReceipts = 0;
  let lateReceipts = MISSING;
  let labor = MISSING;
  let backlog = MISSING;
  let oldest = MISSING;
  for (const { position, node, qty } of plan.takes) {
    const physical = position.onHand - position.reserved - position.allocated;
    const cover = share(physical, qty);
    units += qty;
    if (Number.isNaN(tightest) || cover < tightest) tightest = cover;
    if (physical - qty < 2) takingLast++;
    if (physical < qty) fromReceipts++;
    const short = position.picks91 ? share(position.picks91.short, position.picks91.picks) : MISSING;
    shortPicks = worst(shortPicks, short);
    if (!Number.isNaN(short)) expectedShort += short;
    if (position.receipts182) {
      lateReceipts = worst(lateReceipts, share(position.receipts182.late, position.receipts182.receipts));
    }
    labor = worst(labor, node.laborUtilization ?? MISSING);
    backlog = worst(backlog, node.capacity === null ? MISSING : share(node.backlog, node.capacity));
    oldest = worst(oldest, (plan.decidedAt - position.asOf) / HOUR_MS);
  }
  values[offset] = plan.shipments;
  values[offset + 1] = plan.orderLines;
  values[offset + 2] = plan.takes.length;
  values[offset + 3] = units;
  values[offset + 4] = tightest;
  values[offset + 5] = takingLast;
  values[offset + 6] = shortPicks;
  values[offset + 7] = expectedShort;
  values[offset + 8] = fromReceipts;
  values[offset + 9] = lateReceipts;
  values[offset + 10] = labor;
  values[offset + 11] = backlog;
  values[offset + 12] = oldest;
}
