import type { Decision, DecisionRequest, Selection } from '#domain/decision.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import type { Redecision } from './sources.ts';

/** The changes that a question may ask for; each leaves the rest as it was recorded. */
export interface Change {
  readonly promiseShiftDays?: number;
  readonly promiseDate?: number;
  readonly customerTier?: CustomerTier;
  /** Minor units. */
  readonly freightCap?: number;
  /** Minor units on top of each cap. */
  readonly freightCapRaise?: number;
  readonly carrierService?: string;
  readonly carrier?: string;
  readonly splitAllowed?: boolean;
  /** Units on top of what is on hand, at each place named. */
  readonly stock?: readonly { readonly nodeId: string; readonly itemId: string; readonly addQty: number }[];
  readonly nodeId?: string;
}

function withRequest(request: DecisionRequest, change: Change): DecisionRequest {
  const { order } = request;
  const promise =
    change.promiseDate ??
    (change.promiseShiftDays === undefined || order.promiseDate === null
      ? order.promiseDate
      : order.promiseDate + change.promiseShiftDays * DAY_MS);
  return {
    ...request,
    order: {
      ...order,
      promiseDate: promise,
      customerTier: change.customerTier ?? order.customerTier,
      ...(change.splitAllowed === undefined ? {} : { maxSplits: change.splitAllowed ? null : 1 }),
      ...(change.nodeId === undefined
        ? {}
        : { firmNodeId: change.nodeId, lines: order.lines.map((line) => ({ ...line, firmNodeId: change.nodeId! })) }),
    },
  };
}

function withSnapshot(snapshot: Snapshot, change: Change): Snapshot {
  const { stock, carrierService, carrier, customerTier } = change;
  return {
    ...snapshot,
    ...(stock
      ? {
          supply: snapshot.supply.map((one) => {
            const more = stock.find(({ nodeId, itemId }) => one.nodeId === nodeId && one.itemId === itemId);
            return more ? { ...one, onHand: one.onHand + more.addQty } : one;
          }),
        }
      : {}),
    ...(carrierService || carrier
      ? {
          lanes: snapshot.lanes.filter(
            (lane) =>
              (carrierService === undefined || lane.carrierService === carrierService) &&
              (carrier === undefined || lane.carrier === carrier),
          ),
        }
      : {}),
    ...(customerTier && snapshot.customer ? { customer: { ...snapshot.customer, customerTier } } : {}),
  };
}

type Asked = readonly [DecisionRequest, Snapshot, Policy];

function changed({ request, snapshot, policy }: Redecision, change: Change): Asked {
  const { freightCap: cap, freightCapRaise: raise } = change;
  const limitOf = (limit: Record<CustomerTier, number>): Record<CustomerTier, number> =>
    Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, cap ?? limit[tier] + (raise ?? 0)])) as Record<
      CustomerTier,
      number
    >;
  const capped =
    cap === undefined && raise === undefined
      ? policy
      : {
          ...policy,
          rules: policy.rules.map((rule) =>
            rule.kind === 'freight-ceiling'
              ? {
                  ...rule,
                  variants: rule.variants.map((variant) =>
                    variant.limit ? { ...variant, limit: limitOf(variant.limit) } : variant,
                  ),
                }
              : rule,
          ),
        };
  return [withRequest(request, change), withSnapshot(snapshot, change), capped];
}

/** The order decided again with something changed. Nothing is written. */
export const decideWith = (redecision: Redecision, change: Change): Decision =>
  redecision.decide(...changed(redecision, change));

/** The same, without the reasons. */
export const selectWith = (redecision: Redecision, change: Change): Selection =>
  redecision.select(...changed(redecision, change));
