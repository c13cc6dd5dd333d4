import type { DecisionRequest } from '#domain/decision.ts';
import type { Item, Lane, Node } from '#domain/network.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import { delayMatrix } from '#features/route-delay.ts';
import { isTransitModel, type RiskModel } from '#models/risk-model.ts';
import { carrierEta, SHIP_HORIZON_DAYS, shipDateAfter, type Workload } from './calendar.ts';

/** A way to leave a node: one lane to the order's zone, with its dates and its risk of being late. */
export interface Leg {
  readonly node: Node;
  readonly lane: Lane;
  readonly shipDate: Instant;
  readonly carrierEta: Instant;
  readonly eta: Instant;
  readonly etaP90: Instant;
  /** Null without a model or without a promise. */
  readonly delayRisk: number | null;
  /** The lane takes every item that the order could ship. */
  readonly carriesAll: boolean;
}

type Schedule = Pick<Leg, 'node' | 'lane' | 'shipDate' | 'carrierEta' | 'carriesAll'>;

/** Later ship dates are tried while the parcel would arrive before the customer's window opens. */
function scheduleOf(
  node: Node,
  lane: Lane,
  carriesAll: boolean,
  request: DecisionRequest,
  workload: Workload,
  first: Instant | null,
): Schedule | null {
  const window = request.order.deliveryWindow;
  let from = request.decidedAt;
  for (let attempt = 0; attempt < SHIP_HORIZON_DAYS; attempt++) {
    const shipDate = attempt === 0 ? first : shipDateAfter(node, from, workload);
    if (shipDate === null) return null;
    const eta = carrierEta(lane, node, shipDate);
    if (window && eta > window.to) return null;
    if (!window || eta >= window.from) return { node, lane, shipDate, carrierEta: eta, carriesAll };
    from = shipDate + 1;
  }
  return null;
}

const P50_P90 = [0.5, 0.9] as const;

/** Every leg that can leave within the horizon, all scored in one batch. Sorted as the snapshot's lanes are. */
export function buildLegs(
  request: DecisionRequest,
  snapshot: Snapshot,
  workloads: ReadonlyMap<string, Workload>,
  model: RiskModel | null,
): Leg[] {
  const nodes = new Map(snapshot.nodes.map((node) => [node.nodeId, node]));
  const carriesAll = (lane: Lane): boolean => snapshot.items.every((item) => carries(lane, item));
  const firstShipDates = new Map<string, Instant | null>();
  const schedules: Schedule[] = [];
  for (const lane of snapshot.lanes) {
    const node = nodes.get(lane.nodeId);
    const workload = workloads.get(lane.nodeId);
    if (!node?.active || !lane.active || !workload || lane.zone !== request.order.shipTo.zone) continue;
    let first = firstShipDates.get(lane.nodeId);
    if (first === undefined) {
      first = shipDateAfter(node, request.decidedAt, workload);
      firstShipDates.set(lane.nodeId, first);
    }
    const schedule = scheduleOf(node, lane, carriesAll(lane), request, workload, first);
    if (schedule) schedules.push(schedule);
  }
  if (!model || schedules.length === 0) {
    return schedules.map((schedule) => ({
      ...schedule,
      eta: schedule.carrierEta,
      etaP90: schedule.carrierEta,
      delayRisk: null,
    }));
  }
  const { decidedAt, order } = request;
  const { promiseDate } = order;
  const matrix = delayMatrix(
    schedules.map(({ node, lane, shipDate, carrierEta }) => ({
      node,
      lane,
      decidedAt,
      shipDate,
      carrierEta,
      promiseDate,
    })),
  );
  const transit = isTransitModel(model) ? model.lateAndTransitDays(matrix, P50_P90) : null;
  const risks = promiseDate === null ? null : (transit?.late ?? model.predict(matrix));
  const days = transit?.days;
  // Members one by one: a spread takes several times as long, and there is a leg for every lane of every order.
  return schedules.map(({ node, lane, shipDate, carrierEta, carriesAll }, row) => {
    const at = (column: number): Instant =>
      days ? Math.max(shipDate, decidedAt + Math.round(days[row * 2 + column]! * DAY_MS)) : carrierEta;
    const delayRisk = risks?.[row] ?? null;
    return { node, lane, shipDate, carrierEta, eta: at(0), etaP90: at(1), delayRisk, carriesAll };
  });
}

/** Whether a carrier takes the item at all: dangerous goods, temperature, length. */
export function carries(lane: Lane, item: Item): boolean {
  if (item.hazmat && !lane.acceptsHazmat) return false;
  if (!lane.temperatures.includes(item.temperature)) return false;
  return lane.maxLengthCm === null || item.lengthCm === null || item.lengthCm <= lane.maxLengthCm;
}
