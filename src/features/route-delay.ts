import type { Lane, Node } from '#domain/network.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { DAY_MS, type Instant, isoWeekday, localDateAt } from '#domain/time.ts';
import { buildMatrix, MISSING, share } from './matrix.ts';

/** A shipment from a node by a lane: when it would leave, when the carrier says it arrives, what was promised. */
export interface DelaySubject {
  readonly node: Node;
  readonly lane: Lane;
  readonly decidedAt: Instant;
  readonly shipDate: Instant;
  /** By the carrier's own transit days and calendar. */
  readonly carrierEta: Instant;
  readonly promiseDate: Instant | null;
}

const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** Whether a shipment arrives after its promise. Transit models read all but `promisedDays`. */
export const delayFeatures: FeatureSet = {
  featureSetId: 'delay@1',
  task: 'delay',
  features: [
    {
      name: 'promisedDays',
      type: 'number',
      unit: 'days',
      description: 'days from the decision to the promise; missing without a promise',
      monotone: -1,
      owner: 'sales',
    },
    {
      name: 'shipDays',
      type: 'number',
      unit: 'days',
      description: 'days from the decision to the ship date: cut-off, calendar, capacity, dock slots',
      owner: 'warehouse',
    },
    {
      name: 'carrierDays',
      type: 'number',
      unit: 'days',
      description: 'days from the ship date to arrival by the carrier’s transit days and calendar',
      owner: 'transport',
    },
    { name: 'transitDays', type: 'number', unit: 'days', description: 'the carrier’s own transit days of the lane' },
    { name: 'distanceKm', type: 'number', unit: 'km', description: 'distance of the lane' },
    { name: 'expedited', type: 'number', unit: '0 or 1', description: 'the carrier service is an expedited one' },
    {
      name: 'lateShare28',
      type: 'number',
      unit: 'share',
      description: 'share of the lane’s deliveries of the last 28 days that were late',
      owner: 'transport',
    },
    {
      name: 'lateShare91',
      type: 'number',
      unit: 'share',
      description: 'share of the lane’s deliveries of the last 91 days that were late',
      owner: 'transport',
    },
    {
      name: 'delivered28',
      type: 'number',
      unit: 'deliveries',
      description: 'deliveries of the lane in the last 28 days: how much the shares can say',
    },
    {
      name: 'excessTransitDays28',
      type: 'number',
      unit: 'days',
      description: 'mean transit of the last 28 days less the carrier’s own transit days',
      owner: 'transport',
    },
    {
      name: 'excessTransitDays91',
      type: 'number',
      unit: 'days',
      description: 'mean transit of the last 91 days less the carrier’s own transit days',
      owner: 'transport',
    },
    {
      name: 'laborUtilization',
      type: 'number',
      unit: 'share',
      description: 'share of the node’s planned hours that is taken',
      owner: 'warehouse',
    },
    {
      name: 'backlogShare',
      type: 'number',
      unit: 'share',
      description: 'shipments waiting at the node over its daily capacity; missing where it is unlimited',
      owner: 'warehouse',
    },
    {
      name: 'shipWeekday',
      type: 'category',
      unit: 'category',
      description: 'weekday of the ship date at the node',
      categories: WEEKDAYS,
    },
    {
      name: 'shipMonth',
      type: 'number',
      unit: 'month 1 to 12',
      description: 'calendar month of the ship date at the node: seasons',
    },
  ],
};

export function delayMatrix(subjects: readonly DelaySubject[]): FeatureMatrix {
  return buildMatrix(delayFeatures, subjects, writeDelayRow);
}

function writeDelayRow(subject: DelaySubject, values: Float64Array, offset: number): void {
  const { node, lane, decidedAt, shipDate, carrierEta, promiseDate } = subject;
  const { performance } = lane;
  const localDate = localDateAt(node.utcOffsets, shipDate);
  const excess = (mean: number | null | undefined): number => (mean == null ? MISSING : mean - lane.transitDays);
  values[offset] = promiseDate === null ? MISSING : (promiseDate - decidedAt) / DAY_MS;
  values[offset + 1] = (shipDate - decidedAt) / DAY_MS;
  values[offset + 2] = (carrierEta - shipDate) / DAY_MS;
  values[offset + 3] = lane.transitDays;
  values[offset + 4] = lane.distanceKm;
  values[offset + 5] = lane.expedited ? 1 : 0;
  values[offset + 6] = performance ? share(performance.late28, performance.delivered28) : MISSING;
  values[offset + 7] = performance ? share(performance.late91, performance.delivered91) : MISSING;
  values[offset + 8] = performance ? performance.delivered28 : MISSING;
  values[offset + 9] = excess(performance?.meanTransitDays28);
  values[offset + 10] = excess(performance?.meanTransitDays91);
  values[offset + 11] = node.laborUtilization ?? MISSING;
  values[offset + 12] = node.capacity === null ? MISSING : share(node.backlog, node.capacity);
  values[offset + 13] = isoWeekday(localDate) - 1;
  values[offset + 14] = Number(localDate.slice(5, 7));
}
