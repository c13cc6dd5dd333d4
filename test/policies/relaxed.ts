import type { DecisionRequest } from '#domain/decision.ts';
import type { Relaxation } from '#domain/guard.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy } from '#policies/policy.ts';

const STEPS: Readonly<Record<string, number>> = { share: 0.001, probability: 0.001 };

/** What an order is decided on. */
export interface Facts {
  readonly request: DecisionRequest;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
}

/** The facts with one value set by its pointer; the policy's threshold for every tier. */
export function withValue({ request, snapshot, policy }: Facts, path: string, value: unknown): Facts {
  const [root, ...steps] = path.slice(1).split('/');
  if (root === 'policy') {
    const limit = Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, value])) as Record<CustomerTier, number>;
    const rules = policy.document.rules.map((rule) =>
      rule.ruleId === steps[1] ? { ...rule, variants: rule.variants.map((variant) => ({ ...variant, limit })) } : rule,
    );
    return { request, snapshot, policy: policyFromDocument({ ...policy.document, rules }) };
  }
  const copy: { order: DecisionRequest['order']; snapshot: Snapshot } = structuredClone({
    order: request.order,
    snapshot,
  });
  let place: Record<string, unknown> = copy as unknown as Record<string, unknown>;
  for (const step of [root!, ...steps.slice(0, -1)]) place = place[step] as Record<string, unknown>;
  place[steps.at(-1)!] = typeof value === 'string' && steps.at(-1) === 'promiseDate' ? Date.parse(value) : value;
  // A hold may stand on the order, on the customer, or on both: lifting it lifts it.
  const customer =
    path === '/order/creditStatus' && copy.snapshot.customer
      ? { ...copy.snapshot.customer, creditStatus: 'OK' as const }
      : copy.snapshot.customer;
  return { request: { ...request, order: copy.order }, snapshot: { ...copy.snapshot, customer }, policy };
}

/** The value one step short of the relaxation; null where the step is the whole of it. */
export function oneStepLess({ path, from, to, unit }: Relaxation): unknown {
  if (path.endsWith('promiseDate')) {
    const [a, b] = [Date.parse(String(from)), Date.parse(String(to))];
    return b - 86_400_000 === a ? null : new Date(b - 86_400_000).toISOString();
  }
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  const step = STEPS[unit] ?? 1;
  const less = Number((to + (to > from ? -step : step)).toFixed(6));
  return Math.abs(less - from) < step / 2 ? null : less;
}
