import type { PlanFacts } from './rule.ts';

/**
 * What a rule in CEL can read, with types: money and counts are whole numbers (`int`), the rest is `double`.
 * A risk without a model is -1. The published reference is written from this table.
 */
export const CEL_TYPES = {
  Order: {
    tier: 'string',
    channel: 'string',
    country: 'string',
    zone: 'string',
    customerId: 'string',
    serviceLevel: 'string',
    priority: 'int',
    value: 'int',
    units: 'int',
    lines: 'int',
    hasPromise: 'bool',
    allowSubstitution: 'bool',
  },
  Plan: {
    freight: 'int',
    value: 'int',
    cost: 'int',
    shipments: 'int',
    shortUnits: 'int',
    stockoutRisk: 'double',
    delayRisk: 'double',
    splitRisk: 'double',
  },
  Shipment: {
    nodeId: 'string',
    nodeType: 'string',
    region: 'string',
    carrier: 'string',
    carrierService: 'string',
    expedited: 'bool',
    freight: 'int',
    value: 'int',
    units: 'int',
    weightGrams: 'int',
    distanceKm: 'double',
    transitDays: 'double',
  },
  Line: {
    orderLineId: 'string',
    itemId: 'string',
    itemClass: 'string',
    orderedQty: 'int',
    unitPrice: 'int',
    hazmat: 'bool',
  },
} as const satisfies Record<string, Record<string, 'string' | 'int' | 'double' | 'bool'>>;

export const CEL_VARIABLES = {
  order: 'Order',
  plan: 'Plan',
  shipments: 'list<Shipment>',
  lines: 'list<Line>',
} as const;

/** The evaluator knows a record's type by its class. */
export const CEL_CLASSES = {
  Order: class {},
  Plan: class {},
  Shipment: class {},
  Line: class {},
} as const satisfies Record<keyof typeof CEL_TYPES, new () => object>;

type CelValue<T> = T extends 'string' ? string : T extends 'int' ? bigint : T extends 'bool' ? boolean : number;
type CelRow<T> = { [K in keyof T]: CelValue<T[K]> };

export interface CelContext {
  readonly order: CelRow<(typeof CEL_TYPES)['Order']>;
  readonly plan: CelRow<(typeof CEL_TYPES)['Plan']>;
  readonly shipments: readonly CelRow<(typeof CEL_TYPES)['Shipment']>[];
  readonly lines: readonly CelRow<(typeof CEL_TYPES)['Line']>[];
}

const DAY = 86_400_000;

/** Throws a `RangeError` where a count is not a whole number: the rule then denies. */
export function celContext({ context, plan, candidate, shipments, freight, shippedValue }: PlanFacts): CelContext {
  const { order } = context;
  let shortUnits = 0;
  for (const short of plan.shortLines) shortUnits += short.qty;
  return {
    order: Object.assign(new CEL_CLASSES.Order(), {
      tier: order.customerTier,
      channel: order.channel,
      country: order.shipTo.country,
      zone: order.shipTo.zone,
      customerId: order.customerId,
      serviceLevel: order.serviceLevel,
      priority: BigInt(order.priority),
      value: BigInt(context.orderValue),
      units: BigInt(context.orderedUnits),
      lines: BigInt(order.lines.length),
      hasPromise: order.promiseDate !== null,
      allowSubstitution: order.allowSubstitution,
    }),
    plan: Object.assign(new CEL_CLASSES.Plan(), {
      freight: BigInt(freight),
      value: BigInt(shippedValue),
      cost: BigInt(candidate.costs.total),
      shipments: BigInt(plan.shipments.length),
      shortUnits: BigInt(shortUnits),
      stockoutRisk: candidate.risks.stockout ?? -1,
      delayRisk: candidate.risks.delay ?? -1,
      splitRisk: candidate.risks.split ?? -1,
    }),
    shipments: shipments.map(({ shipment, node, units, value }) =>
      Object.assign(new CEL_CLASSES.Shipment(), {
        nodeId: shipment.nodeId,
        nodeType: node?.nodeType ?? '',
        region: node?.region ?? '',
        carrier: shipment.carrier,
        carrierService: shipment.carrierService,
        expedited: shipment.expedited,
        freight: BigInt(shipment.freight),
        value: BigInt(value),
        units: BigInt(units),
        weightGrams: BigInt(shipment.weightGrams),
        distanceKm: shipment.distanceKm,
        transitDays: (shipment.eta - shipment.shipDate) / DAY,
      }),
    ),
    lines: order.lines.map((line) =>
      Object.assign(new CEL_CLASSES.Line(), {
        orderLineId: line.orderLineId,
        itemId: line.itemId,
        itemClass: context.items.get(line.itemId)?.itemClass ?? '',
        orderedQty: BigInt(line.orderedQty),
        unitPrice: BigInt(line.unitPrice),
        hazmat: context.items.get(line.itemId)?.hazmat ?? true,
      }),
    ),
  };
}
