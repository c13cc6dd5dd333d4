import type { DecisionRequest } from '#domain/decision.ts';
import type { OutcomeValue } from '#domain/guard.ts';
import type { Node } from '#domain/network.ts';
import type { Order } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, toRfc3339 } from '#domain/time.ts';
import type { LeverName } from './policy.ts';
import type { PlanFacts } from './rule.ts';

/** The facts after somebody has changed one of them. */
export interface Changed {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly value: OutcomeValue;
}

/** One fact that could be changed, by whole steps: a unit, a day, a rank, or a yes for a no. */
export interface LeverMove {
  readonly lever: LeverName;
  readonly path: string;
  readonly unit: string;
  readonly from: OutcomeValue;
  readonly maxSteps: number;
  /** A risk or a date depends on it: the plan has to be scored again. */
  readonly scoresAgain: boolean;
  readonly after: (steps: number) => Changed;
  readonly text: (steps: number) => string;
}

function withOrder(request: DecisionRequest, change: Partial<Order>): DecisionRequest {
  return { ...request, order: { ...request.order, ...change } };
}

const flag = { unit: '', maxSteps: 1, scoresAgain: false } as const;

function supplyLever(
  { context, shipments }: PlanFacts,
  lever: 'safetyStock' | 'supplyProtection',
  field: 'safetyStock' | 'supplyProtectionQty',
  words: string,
): LeverMove[] {
  const { request, snapshot } = context;
  return snapshot.supply.flatMap((position, index): LeverMove[] => {
    const taken = shipments.some(
      ({ shipment }) =>
        shipment.nodeId === position.nodeId && shipment.assignments.some(({ itemId }) => itemId === position.itemId),
    );
    if (!taken || position[field] <= 0) return [];
    const change = (steps: number): SupplyPosition => ({ ...position, [field]: position[field] - steps });
    return [
      {
        lever,
        path: `/snapshot/supply/${index}/${field}`,
        unit: 'units',
        from: position[field],
        maxSteps: position[field],
        scoresAgain: false,
        after: (steps) => ({
          request,
          snapshot: { ...snapshot, supply: snapshot.supply.map((other, at) => (at === index ? change(steps) : other)) },
          value: position[field] - steps,
        }),
        text: (steps) =>
          `${steps} ${steps === 1 ? 'unit' : 'units'} of ${words} of ${position.itemId} at ${position.nodeId}`,
      },
    ];
  });
}

/** A figure of a node on a day that somebody may raise. */
interface NodeFigure {
  readonly words: string;
  readonly field: (day: string) => string;
  readonly from: (node: Node, day: string) => number | null;
  readonly raised: (node: Node, day: string, to: number) => Node;
}

const CAPACITY: NodeFigure = {
  words: 'capacity',
  field: () => 'capacity',
  from: ({ capacity }) => capacity,
  raised: (node, _day, to) => ({ ...node, capacity: to }),
};

const DOCK_SLOTS: NodeFigure = {
  words: 'dock slots',
  field: (day) => `dockSlots/${day}`,
  from: ({ dockSlots }, day) => dockSlots?.[day] ?? null,
  raised: (node, day, to) => ({ ...node, dockSlots: { ...node.dockSlots, [day]: to } }),
};

function nodeLevers({ context, shipments }: PlanFacts, { words, field, from, raised }: NodeFigure): LeverMove[] {
  const { request, snapshot } = context;
  return shipments.flatMap(({ node, shipDay }): LeverMove[] => {
    const value = node ? from(node, shipDay) : null;
    if (!node || value === null) return [];
    const index = snapshot.nodes.indexOf(node);
    return [
      {
        lever: 'nodeCapacity',
        path: `/snapshot/nodes/${index}/${field(shipDay)}`,
        unit: words,
        from: value,
        maxSteps: 1_000_000,
        scoresAgain: false,
        after: (steps) => ({
          request,
          snapshot: {
            ...snapshot,
            nodes: snapshot.nodes.map((other) => (other === node ? raised(node, shipDay, value + steps) : other)),
          },
          value: value + steps,
        }),
        text: (steps) => `${words} of ${node.nodeId} on ${shipDay} +${steps}`,
      },
    ];
  });
}

function promise({ context }: PlanFacts): LeverMove[] {
  const { request, snapshot } = context;
  const { promiseDate } = request.order;
  if (promiseDate === null) return [];
  return [
    {
      lever: 'promiseDate',
      path: '/order/promiseDate',
      unit: 'days',
      from: toRfc3339(promiseDate),
      maxSteps: 365,
      scoresAgain: true,
      after: (steps) => {
        const later = promiseDate + steps * DAY_MS;
        return { request: withOrder(request, { promiseDate: later }), snapshot, value: toRfc3339(later) };
      },
      text: (steps) => `promise +${steps} ${steps === 1 ? 'day' : 'days'}`,
    },
  ];
}

function orderFlag(
  { context }: PlanFacts,
  lever: LeverName,
  field: 'shipComplete' | 'allowPartial' | 'allowBackorder',
  to: boolean,
  text: string,
): LeverMove[] {
  const { request, snapshot } = context;
  if (request.order[field] === to) return [];
  const after = (): Changed => ({ request: withOrder(request, { [field]: to }), snapshot, value: to });
  return [{ ...flag, lever, path: `/order/${field}`, from: !to, after, text: () => text }];
}

function credit({ context }: PlanFacts): LeverMove[] {
  const { request, snapshot } = context;
  const customer = snapshot.customer && { ...snapshot.customer, creditStatus: 'OK' as const };
  const after = (): Changed => ({
    request: withOrder(request, { creditStatus: 'OK' }),
    snapshot: { ...snapshot, customer },
    value: 'OK',
  });
  return [
    {
      ...flag,
      lever: 'creditStatus',
      path: '/order/creditStatus',
      from: 'HOLD',
      after,
      text: () => 'credit hold lifted',
    },
  ];
}

function rank({ context }: PlanFacts): LeverMove[] {
  const { request, snapshot } = context;
  const { priority } = request.order;
  return [
    {
      lever: 'priority',
      path: '/order/priority',
      unit: 'ranks',
      from: priority,
      maxSteps: priority - 1,
      scoresAgain: false,
      after: (steps) => ({
        request: withOrder(request, { priority: priority - steps }),
        snapshot,
        value: priority - steps,
      }),
      text: (steps) => `priority ${priority - steps} instead of ${priority}`,
    },
  ];
}

function splits({ context }: PlanFacts): LeverMove[] {
  const { request, snapshot } = context;
  const { maxSplits } = request.order;
  if (maxSplits === null) return [];
  return [
    {
      lever: 'maxSplits',
      path: '/order/maxSplits',
      unit: 'shipments',
      from: maxSplits,
      maxSteps: 100,
      scoresAgain: false,
      after: (steps) => ({
        request: withOrder(request, { maxSplits: maxSplits + steps }),
        snapshot,
        value: maxSplits + steps,
      }),
      text: (steps) => `customer accepts ${maxSplits + steps} shipments instead of ${maxSplits}`,
    },
  ];
}

/** Facts whose change can answer a rule, the mildest kind of change first. */
export const LEVERS_OF: Readonly<Record<string, (plan: PlanFacts) => LeverMove[]>> = {
  'safety-stock': (plan) => supplyLever(plan, 'safetyStock', 'safetyStock', 'safety stock'),
  'supply-protection': (plan) => supplyLever(plan, 'supplyProtection', 'supplyProtectionQty', 'protected supply'),
  'reservation-priority': (plan) => [
    ...supplyLever(plan, 'supplyProtection', 'supplyProtectionQty', 'protected supply'),
    ...rank(plan),
  ],
  'delay-risk-limit': promise,
  'promise-lateness': promise,
  'credit-hold': credit,
  'ship-complete': (plan) => [
    ...orderFlag(plan, 'shipComplete', 'shipComplete', false, 'customer takes the rest later'),
    ...orderFlag(plan, 'shipComplete', 'allowPartial', true, 'customer takes lines in part'),
    ...orderFlag(plan, 'shipComplete', 'allowBackorder', true, 'customer takes backorders'),
  ],
  'customer-splits': splits,
  'node-capacity': (plan) => nodeLevers(plan, CAPACITY),
  'dock-slots': (plan) => nodeLevers(plan, DOCK_SLOTS),
};
