import type { Candidate } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';

// The rules of the ERP a second time, straight from the request and the snapshot, slow and without a line of the
// guard or of the functions that the guard calls. Only types are shared.

/** Local wall clock of a node at a moment, as a UTC date. */
function clockAt(offsets: readonly { from: number; minutes: number }[], moment: number): Date {
  const reached = offsets.filter(({ from }) => from <= moment);
  const minutes = (reached.length > 0 ? reached[reached.length - 1]! : offsets[0])?.minutes ?? 0;
  return new Date(moment + minutes * 60 * 1000);
}

const pad = (n: number): string => String(n).padStart(2, '0');
const dayOf = (clock: Date): string =>
  `${clock.getUTCFullYear()}-${pad(clock.getUTCMonth() + 1)}-${pad(clock.getUTCDate())}`;

const OK_NUMBER = (x: unknown): boolean => typeof x === 'number' && x > -Infinity && x < Infinity;
const OK_PROBABILITY = (x: number | null): boolean => x === null || (OK_NUMBER(x) && x >= 0 && x <= 1);
const WHOLE = (x: number): boolean => OK_NUMBER(x) && Math.floor(x) === x && Math.abs(x) <= 9007199254740991;

export interface AgeLimitsInMinutes {
  readonly snapshotAgeMinutes: number;
  readonly carrierDataAgeMinutes: number;
}

/** Names of the hard rules that a plan breaks; empty where it may leave the service. */
export function brokenRules(
  request: DecisionRequest,
  candidate: Candidate,
  snapshot: Snapshot,
  ages: AgeLimitsInMinutes,
): string[] {
  const broken = new Set<string>();
  const { order, decidedAt } = request;
  const { plan, costs, risks } = candidate;

  // What ships and what is short make up what was ordered.
  const accounted: Record<string, number> = {};
  const nodesSeen: string[] = [];
  for (const shipment of plan.shipments) {
    if (nodesSeen.includes(shipment.nodeId)) broken.add('plan-integrity');
    nodesSeen.push(shipment.nodeId);
    if (shipment.assignments.length === 0) broken.add('plan-integrity');
    for (const a of shipment.assignments) {
      const line = order.lines.find((l) => l.orderLineId === a.orderLineId);
      if (!line) broken.add('plan-integrity');
      else if (a.itemId !== line.itemId && !(order.allowSubstitution && line.substituteItemIds.includes(a.itemId)))
        broken.add('plan-integrity');
      if (!WHOLE(a.qty) || a.qty <= 0) broken.add('plan-integrity');
      accounted[a.orderLineId] = (accounted[a.orderLineId] ?? 0) + a.qty;
    }
  }
  for (const s of plan.shortLines) {
    if (!order.lines.some((l) => l.orderLineId === s.orderLineId) || !WHOLE(s.qty) || s.qty <= 0)
      broken.add('plan-integrity');
    accounted[s.orderLineId] = (accounted[s.orderLineId] ?? 0) + s.qty;
  }
  for (const l of order.lines) if (accounted[l.orderLineId] !== l.orderedQty) broken.add('plan-integrity');

  // Numbers that models and prices gave.
  if (![risks.stockout, risks.delay, risks.split].every(OK_PROBABILITY)) broken.add('scores-valid');
  const terms = [
    costs.shipping,
    costs.processing,
    costs.split,
    costs.delay,
    costs.stockout,
    costs.opportunity,
    costs.ageing,
    costs.shortLine,
  ];
  if (!terms.every(WHOLE) || terms.reduce((a, b) => a + b, 0) !== costs.total || !OK_NUMBER(candidate.rawScore))
    broken.add('scores-valid');
  for (const s of plan.shipments)
    if (
      !OK_PROBABILITY(s.delayRisk) ||
      !WHOLE(s.freight) ||
      s.freight < 0 ||
      !(s.shipDate <= s.eta) ||
      !(s.eta <= s.etaP90)
    )
      broken.add('scores-valid');

  // Stock.
  const pairs = new Set(plan.shipments.flatMap((s) => s.assignments.map((a) => JSON.stringify([s.nodeId, a.itemId]))));
  for (const pair of pairs) {
    const [nodeId, itemId] = JSON.parse(pair) as [string, string];
    const there = plan.shipments.filter((s) => s.nodeId === nodeId);
    const taken = there
      .flatMap((s) => s.assignments.filter((a) => a.itemId === itemId).map((a) => a.qty))
      .reduce((a, b) => a + b, 0);
    const leaves = Math.min(
      ...there.filter((s) => s.assignments.some((a) => a.itemId === itemId)).map((s) => s.shipDate),
    );
    const p = snapshot.supply.find((row) => row.nodeId === nodeId && row.itemId === itemId);
    if (!p) {
      broken.add('available-to-promise');
      continue;
    }
    const due = p.receiptsDue
      .filter((r) => r.dueAt <= leaves)
      .map((r) => r.qty)
      .reduce((a, b) => a + b, 0);
    const free = p.onHand + due - p.reserved - p.allocated;
    const exceeds = (limit: number): boolean => !(taken <= Math.max(limit, 0));
    const kept = free - p.safetyStock;
    const guarded = kept - p.supplyProtectionQty;
    // A breach bears the name of the first limit it passes.
    if (exceeds(free)) broken.add('available-to-promise');
    else if (exceeds(kept)) broken.add('safety-stock');
    else if (p.protectedPriority === null && exceeds(guarded)) broken.add('supply-protection');
    else if (p.protectedPriority !== null && order.priority > p.protectedPriority && exceeds(guarded))
      broken.add('reservation-priority');
    if (!(decidedAt - p.asOf <= ages.snapshotAgeMinutes * 60000)) broken.add('snapshot-age');
  }

  // The order's own terms.
  const shipped = plan.shipments.flatMap((s) => s.assignments);
  if (shipped.length > 0) {
    if (order.creditStatus === 'HOLD' || snapshot.customer?.creditStatus === 'HOLD') broken.add('credit-hold');
    if (order.shipComplete && plan.shortLines.length > 0) broken.add('ship-complete');
    for (const s of plan.shortLines) {
      if (!order.allowBackorder && s.disposition === 'BACKORDER') broken.add('ship-complete');
      if (!order.allowPartial && s.qty < (order.lines.find((l) => l.orderLineId === s.orderLineId)?.orderedQty ?? 0))
        broken.add('ship-complete');
    }
  }
  if (order.maxSplits !== null && plan.shipments.length > order.maxSplits) broken.add('customer-splits');
  for (const s of plan.shipments)
    for (const a of s.assignments) {
      const fixed = order.lines.find((l) => l.orderLineId === a.orderLineId)?.firmNodeId ?? order.firmNodeId;
      if (fixed !== null && fixed !== undefined && fixed !== s.nodeId) broken.add('firm-node');
    }

  // Nodes and lanes.
  for (const s of plan.shipments) {
    const n = snapshot.nodes.find((row) => row.nodeId === s.nodeId);
    if (!n?.active) broken.add('node-active');
    const clock = OK_NUMBER(s.shipDate) ? clockAt(n?.utcOffsets ?? [], s.shipDate) : null;
    const day = clock ? dayOf(clock) : '';
    const weekday = clock ? (clock.getUTCDay() === 0 ? 7 : clock.getUTCDay()) : 0;
    if (!n?.nodeCalendar.workingDays.includes(weekday) || n.nodeCalendar.closedDates.includes(day))
      broken.add('node-calendar');
    if (n) {
      const now = clockAt(n.utcOffsets, decidedAt);
      const [h, m] = n.cutoffTime.split(':').map(Number);
      const passed = now.getUTCHours() * 60 + now.getUTCMinutes() > h! * 60 + m!;
      if (day < dayOf(now) || (day === dayOf(now) && passed)) broken.add('cutoff');
      if (n.capacity !== null) {
        const same = plan.shipments.filter(
          (o) => o.nodeId === s.nodeId && dayOf(clockAt(n.utcOffsets, o.shipDate)) === day,
        );
        const work = same
          .map((o) =>
            n.capacityUom === 'UNIT'
              ? o.assignments.reduce((t, a) => t + a.qty, 0)
              : n.capacityUom === 'LINE'
                ? o.assignments.length
                : 1,
          )
          .reduce((a, b) => a + b, 0);
        const left = n.capacity - (n.capacityConsumed[day] ?? 0);
        if (!(work <= Math.max(left, 0))) broken.add('node-capacity');
      }
      if (n.dockSlots && day in n.dockSlots && n.dockSlots[day]! < 1) broken.add('dock-slots');
    }
    const by = snapshot.lanes.find((row) => row.nodeId === s.nodeId && row.carrierService === s.carrierService);
    if (!by?.active || by.zone !== order.shipTo.zone || by.carrier !== s.carrier) broken.add('carrier-lane');
    const goods = s.assignments.map((a) => ({ qty: a.qty, item: snapshot.items.find((i) => i.itemId === a.itemId) }));
    if (!by?.acceptsHazmat && goods.some(({ item }) => item?.hazmat !== false)) broken.add('hazmat');
    if (goods.some(({ item }) => !item || !by?.temperatures.includes(item.temperature))) broken.add('temperature');
    if (
      by &&
      by.maxLengthCm !== null &&
      goods.some(({ item }) => typeof item?.lengthCm === 'number' && item.lengthCm > by.maxLengthCm!)
    )
      broken.add('parcel-size');
    if (
      by &&
      by.maxWeightGrams !== null &&
      !(goods.reduce((t, g) => t + g.qty * (g.item?.weightGrams ?? Number.NaN), 0) <= by.maxWeightGrams)
    )
      broken.add('parcel-size');
    if (by && !(decidedAt - by.asOf <= ages.carrierDataAgeMinutes * 60000)) broken.add('carrier-data-age');
  }
  return [...broken].sort();
}
