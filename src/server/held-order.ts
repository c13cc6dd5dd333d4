import { DomainError } from '#domain/problems.ts';
import type { Instant } from '#domain/time.ts';
import type { Store } from '#store/open.ts';

/** Decisions on an order whose units are held or confirmed now. Usually none, at most one. */
export type FindHolding = (tenant: string, orderId: string, now: Instant) => readonly string[];

/** Those on disk: by the index of orders, then by the reservations of each decision. */
export function createFindHolding({ sqlite }: Store): FindHolding {
  const select = sqlite
    .prepare<[string, string, number], string>(
      `select d.decision_id from decision_index d where d.tenant_id = ? and d.order_id = ? and d.mode = 'hold'
         and exists (select 1 from reservations r where r.tenant_id = d.tenant_id and r.decision_id = d.decision_id
           and (r.state = 'CONFIRMED' or (r.state = 'HELD' and r.expires_at > ?)))`,
    )
    .pluck();
  return (tenant, orderId, now) => select.all(tenant, orderId, now);
}

/**
 * Throws `order-already-held` where another decision than the one that gives way holds units for the order: an order
 * that was sent twice would take them twice.
 */
export function assertNotHeld(holding: readonly string[], orderId: string, givesWay: string | undefined): void {
  const decisionId = holding.find((one) => one !== givesWay);
  if (decisionId === undefined) return;
  throw new DomainError(
    'order-already-held',
    `/order/orderId: found \`${orderId}\`, for which decision \`${decisionId}\` holds units; expected an order without holds, or \`supersedes\` with that decision`,
    { decisionId, errors: [{ path: '/order/orderId', found: `\`${orderId}\``, expected: 'an order without holds' }] },
  );
}
