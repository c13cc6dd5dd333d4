import type { PlanDraft, Reprice, Risks } from '#domain/candidate.ts';
import type { DecisionRequest } from '#domain/decision.ts';
import { DIMENSIONS } from '#domain/guard.ts';
import { CREDIT_STATUSES, CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { loadPolicy, policyFromDocument } from '#policies/load.ts';
import type { Policy, RuleDocument, Severity } from '#policies/policy.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { item, lane, line, NOW, node, order, position, repriceFor, snapshot } from './world.ts';

/** Seeded numbers in 0..1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Dice {
  readonly next: () => number;
  readonly upTo: (n: number) => number;
  readonly chance: (p: number) => boolean;
  readonly of: <T>(list: readonly T[]) => T;
}

export function diceFrom(seed: number): Dice {
  const next = randomFrom(seed);
  const upTo = (n: number): number => Math.floor(next() * n);
  return { next, upTo, chance: (p) => next() < p, of: (list) => list[upTo(list.length)]! };
}

const NODES = ['N1', 'N2', 'N3'];
const ITEMS = ['A', 'B', 'C'];
const SERVICES = ['GROUND', 'AIR', 'FREIGHT'];

export function randomSnapshot(dice: Dice): Snapshot {
  const nodes = NODES.slice(0, 1 + dice.upTo(3)).map((nodeId) =>
    node({
      nodeId,
      active: dice.chance(0.97),
      region: dice.of(['R1', 'R2']),
      utcOffsets: [{ from: 0, minutes: dice.of([0, 60, -300, 540]) }],
      cutoffTime: dice.of(['08:00', '12:00', '16:00', '23:00']),
      nodeCalendar: {
        workingDays: dice.chance(0.95) ? [1, 2, 3, 4, 5] : [1, 3],
        closedDates: dice.chance(0.03) ? ['2026-10-06', '2026-10-07'] : [],
      },
      capacity: dice.chance(0.7) ? null : dice.upTo(40),
      capacityUom: dice.of(['UNIT', 'LINE', 'SHIPMENT']),
      capacityConsumed: dice.chance(0.3) ? { '2026-10-06': dice.upTo(8), '2026-10-07': dice.upTo(8) } : {},
      dockSlots: dice.chance(0.1) ? { '2026-10-06': dice.upTo(2), '2026-10-07': dice.upTo(2) } : null,
      laborUtilization: dice.chance(0.5) ? null : dice.next() * 1.3,
      backlog: dice.upTo(40),
    }),
  );
  const items = ITEMS.map((itemId) =>
    item({
      itemId,
      itemClass: dice.of(['standard', 'bulky']),
      unitCost: dice.upTo(2000),
      weightGrams: 100 + dice.upTo(4000),
      lengthCm: dice.chance(0.2) ? null : 10 + dice.upTo(60),
      hazmat: dice.chance(0.07),
      temperature: dice.of(['AMBIENT', 'AMBIENT', 'AMBIENT', 'AMBIENT', 'AMBIENT', 'CHILLED']),
    }),
  );
  const lanes = nodes.flatMap(({ nodeId }) =>
    SERVICES.filter(() => dice.chance(0.75)).map((carrierService) =>
      lane({
        nodeId,
        carrierService,
        carrier: carrierService === 'FREIGHT' ? 'BULK' : 'ACME',
        zone: dice.chance(0.97) ? 'Z1' : 'Z2',
        expedited: carrierService === 'AIR',
        active: dice.chance(0.95),
        distanceKm: dice.upTo(3000),
        transitDays: 1 + dice.upTo(5),
        rate: { base: dice.upTo(3000), perKg: dice.upTo(300), minimum: 0, fuelShare: 0.1 },
        maxWeightGrams: dice.chance(0.2) ? 2000 + dice.upTo(60_000) : null,
        maxLengthCm: dice.chance(0.2) ? 20 + dice.upTo(120) : null,
        acceptsHazmat: dice.chance(0.8),
        temperatures: dice.chance(0.85) ? ['AMBIENT', 'CHILLED'] : ['AMBIENT'],
        performance: dice.chance(0.5)
          ? {
              delivered28: dice.upTo(80),
              late28: dice.upTo(20),
              delivered91: 200,
              late91: 20,
              meanTransitDays28: 2,
              meanTransitDays91: 2,
            }
          : null,
        asOf: NOW - (dice.chance(0.04) ? 40 * DAY_MS : HOUR_MS),
      }),
    ),
  );
  const supply = nodes.flatMap(({ nodeId }) =>
    ITEMS.filter(() => dice.chance(0.9)).map((itemId) =>
      position({
        nodeId,
        itemId,
        onHand: dice.upTo(60) - (dice.chance(0.03) ? 10 : 0),
        reserved: dice.chance(0.4) ? dice.upTo(4) : 0,
        allocated: dice.chance(0.4) ? dice.upTo(4) : 0,
        safetyStock: dice.chance(0.4) ? dice.upTo(6) : 0,
        supplyProtectionQty: dice.chance(0.4) ? dice.upTo(6) : 0,
        protectedPriority: dice.chance(0.5) ? null : 1 + dice.upTo(9),
        receiptsDue: dice.chance(0.3) ? [{ qty: dice.upTo(8), dueAt: NOW + (dice.upTo(60) - 10) * HOUR_MS }] : [],
        asOf: NOW - (dice.chance(0.02) ? 30 * HOUR_MS : dice.upTo(60) * MINUTE_MS),
      }),
    ),
  );
  return snapshot({
    nodes,
    items,
    lanes,
    supply,
    customer: dice.chance(0.1)
      ? null
      : { customerId: 'C-1', customerTier: 'GOLD', creditStatus: dice.chance(0.03) ? 'HOLD' : 'OK' },
    freightSpent: [{ nodeId: 'N1', carrier: 'ACME', date: '2026-10-06', amount: dice.upTo(20_000) }],
    dayTotals: { date: '2026-10-06', orders: 100, suggested: dice.upTo(100), moved: dice.upTo(50) },
  });
}

export function randomRequest(dice: Dice, known: Snapshot): DecisionRequest {
  const lines = ITEMS.slice(0, 1 + dice.upTo(3)).map((itemId, index) =>
    line({
      orderLineId: String(index + 1),
      // Two lines may want the same item: they share its stock.
      itemId: dice.chance(0.3) ? 'A' : itemId,
      orderedQty: 1 + dice.upTo(8),
      unitPrice: dice.upTo(4000),
      substituteItemIds: dice.chance(0.3) ? [dice.of(ITEMS)] : [],
      firmNodeId: dice.chance(0.08) ? dice.of(NODES) : null,
    }),
  );
  return {
    schema: 'recommendationRequest@1',
    decisionId: '01900000-0000-7000-8000-000000000001',
    decidedAt: NOW + dice.upTo(600) * MINUTE_MS,
    mode: 'hold',
    order: order({
      lines,
      customerTier: dice.of(CUSTOMER_TIERS),
      creditStatus: dice.chance(0.04) ? 'HOLD' : dice.of(CREDIT_STATUSES.slice(0, 2)),
      priority: 1 + dice.upTo(9),
      promiseDate: dice.chance(0.3) ? null : NOW + dice.upTo(8) * DAY_MS,
      deliveryWindow: dice.chance(0.2) ? { from: NOW + DAY_MS, to: NOW + 5 * DAY_MS } : null,
      shipComplete: dice.chance(0.2),
      allowPartial: dice.chance(0.7),
      allowBackorder: dice.chance(0.8),
      allowSubstitution: dice.chance(0.5),
      maxSplits: dice.chance(0.3) ? 1 + dice.upTo(2) : null,
      preferredCarrierServices: dice.chance(0.2) ? ['GROUND'] : [],
      firmNodeId: dice.chance(0.05) ? dice.of(NODES) : null,
    }),
    suggestedOption: dice.chance(0.3) ? randomDraft(dice, known, lines) : null,
    supersedes: null,
  };
}

/** A plan out of thin air: often sensible, sometimes too much, of the wrong item, or twice from one node. */
export function randomDraft(dice: Dice, known: Snapshot, lines: DecisionRequest['order']['lines']): PlanDraft {
  const shipments = new Map<
    string,
    { nodeId: string; carrierService: string; assignments: { orderLineId: string; itemId: string; qty: number }[] }
  >();
  const add = (nodeId: string, orderLineId: string, itemId: string, qty: number): void => {
    const key = dice.chance(0.01) ? `${nodeId}again` : nodeId;
    let shipment = shipments.get(key);
    if (!shipment) {
      const services = known.lanes.filter((row) => row.nodeId === nodeId).map((row) => row.carrierService);
      shipment = { nodeId, carrierService: services.length > 0 ? dice.of(services) : 'GROUND', assignments: [] };
      shipments.set(key, shipment);
    }
    shipment.assignments.push({ orderLineId, itemId, qty });
  };
  for (const { orderLineId, itemId, orderedQty, substituteItemIds, firmNodeId } of lines) {
    if (dice.chance(0.05)) continue;
    const goes = dice.chance(0.02)
      ? dice.of(ITEMS)
      : substituteItemIds.length > 0 && dice.chance(0.3)
        ? substituteItemIds[0]!
        : itemId;
    const first = firmNodeId !== null && dice.chance(0.9) ? firmNodeId : dice.of(known.nodes).nodeId;
    const qty = dice.chance(0.03) ? orderedQty + 1 : dice.chance(0.2) ? 1 + dice.upTo(orderedQty) : orderedQty;
    const part = dice.chance(0.25) && qty > 1 ? 1 + dice.upTo(qty - 1) : qty;
    add(first, orderLineId, goes, dice.chance(0.005) ? part + 0.5 : part);
    if (part < qty) add(dice.of(known.nodes).nodeId, orderLineId, goes, qty - part);
  }
  return { shipments: [...shipments.values()] };
}

const WILD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5, 1.5, 1e308, -1, 2];

/** What hostile models say: nonsense, one number for everything, or the opposite of the truth. */
export function adversary(dice: Dice): (draft: PlanDraft) => Risks {
  const kind = dice.upTo(5);
  const constant = dice.next();
  return (draft) => {
    const honest = 0.1 * draft.shipments.length;
    const one = (): number | null => {
      if (kind === 0) return honest;
      if (kind === 1) return dice.chance(0.4) ? dice.of(WILD) : honest;
      if (kind === 2) return constant;
      if (kind === 3) return 1 - honest;
      return dice.chance(0.5) ? null : dice.next();
    };
    return { stockout: one(), delay: one(), split: one() };
  };
}

/** Prices of the tests' world, now and then with a cost that no arithmetic survives or a date that cannot be. */
export function hostileReprice(dice: Dice, asked: DecisionRequest, known: Snapshot): Reprice {
  const honest = repriceFor(asked, known, adversary(dice));
  const wild = dice.chance(0.1);
  return (draft) => {
    const candidate = honest(draft);
    if (!candidate || !wild || !dice.chance(0.3)) return candidate;
    const nonsense = dice.of([Number.NaN, Number.POSITIVE_INFINITY, 0.5, -1e300]);
    const field = dice.upTo(4);
    if (field === 0) return { ...candidate, rawScore: nonsense };
    if (field === 1) return { ...candidate, costs: { ...candidate.costs, delay: nonsense } };
    const shift = dice.of([-2, -1, 1]) * DAY_MS;
    const shipments = candidate.plan.shipments.map((shipment) =>
      field === 2
        ? { ...shipment, eta: nonsense }
        : {
            ...shipment,
            shipDate: shipment.shipDate + shift,
            eta: shipment.eta + shift,
            etaP90: shipment.etaP90 + shift,
          },
    );
    return { ...candidate, plan: { ...candidate.plan, shipments } };
  };
}

const template = loadPolicy(['policies/default.policy.yaml']).document;
const SCALES = {
  minorUnits: 12_000,
  share: 1,
  probability: 1,
  shipments: 4,
  units: 20,
  days: 6,
  km: 3000,
  minutes: 600,
} as const;
const EXPRESSIONS = [
  'plan.freight <= 4000',
  'order.units < 15 || plan.shipments == 1',
  'shipments.all(s, s.distanceKm < 2500.0)',
  'plan.delayRisk < 0.8',
];

/** Any rules, any thresholds, any severity, hard rules that may move things; never one that leaves a hard rule out. */
export function randomPolicy(dice: Dice, without: string | null = null): Policy {
  const rules: RuleDocument[] = [];
  const blank = { message: 'm', owner: 'o', source: 's', permit: null, relaxable: null, scope: {} };
  const approvals = [{ upTo: null, role: 'finance', expiresInMinutes: 60, holdMeanwhile: 'KEEP' as const }];
  const moves = (): RuleDocument['move'] => {
    const some = DIMENSIONS.filter(() => dice.chance(0.5));
    return some.length > 0 ? some : ['carrierService'];
  };
  const add = (
    ruleId: string,
    kind: string,
    limit: number | null,
    severity: Severity,
    rest: Partial<RuleDocument> = {},
  ): void => {
    const limits =
      limit === null
        ? null
        : (Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, limit])) as Record<CustomerTier, number>);
    rules.push({
      ...blank,
      ruleId,
      kind,
      reasonCode: 'COST_THRESHOLD',
      move: severity === 'clamp' ? moves() : [],
      variants: [
        {
          level: 'company',
          appliesTo: null,
          severity,
          limit: limits,
          approvals: severity === 'approve' ? approvals : [],
        },
      ],
      ...rest,
    });
  };
  for (const kind of RULE_KINDS) {
    if (kind.kind === without) continue;
    if (kind.hard) add(kind.kind, kind.kind, null, dice.chance(0.4) ? 'clamp' : 'deny');
    else if (dice.chance(0.15))
      add(
        `${kind.kind}-1`,
        kind.kind,
        kind.direction === 'min'
          ? dice.next() * 0.6 * SCALES[kind.unit] - 0.2
          : (0.3 + 1.5 * dice.next()) * SCALES[kind.unit],
        dice.of(['approve', 'clamp', 'deny']),
        dice.chance(0.2) ? { scope: { regions: ['R1'] } } : {},
      );
  }
  if (dice.chance(0.3))
    add('own', 'cel', null, dice.of(['approve', 'clamp', 'deny']), { permit: dice.of(EXPRESSIONS) });
  rules.sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  return policyFromDocument({ ...template, rules });
}
