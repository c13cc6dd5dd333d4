import type { Mode } from '#domain/order.ts';
import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';

/** What a decision made before is, as far as making it again or settling it asks. */
export interface EarlierDecision {
  readonly orderId: string;
  readonly mode: Mode;
  /** A decision in mode shadow or hold has taken its place. */
  readonly superseded: boolean;
}

export type FindEarlier = (tenant: string, decisionId: string) => EarlierDecision | undefined;

/** Decisions of the index by id. */
export function createFindEarlier({ sqlite }: Store): FindEarlier {
  const select = sqlite.prepare<[string, string], { orderId: string; mode: Mode; supersededBy: string | null }>(
    'select order_id as orderId, mode, superseded_by as supersededBy from decision_index where tenant_id = ? and decision_id = ?',
  );
  return (tenant, decisionId) => {
    const row = select.get(tenant, decisionId);
    return row && { orderId: row.orderId, mode: row.mode, superseded: row.supersededBy !== null };
  };
}

/** Throws where a request must not take the place of the decision that it names. */
export function assertSupersedable(
  before: EarlierDecision | undefined,
  { decisionId, orderId, mode }: { readonly decisionId: string; readonly orderId: string; readonly mode: Mode },
): void {
  if (before?.orderId !== orderId)
    throw new DomainError(
      'unknown-reference',
      `/supersedes: found \`${decisionId}\`, expected a decision on order \`${orderId}\``,
    );
  if (before.superseded)
    throw new DomainError(
      'conflict',
      `decision \`${decisionId}\` has been superseded already; expected the newest on order \`${orderId}\``,
    );
  // A shadow gives nothing back, so the units would stay held for a decision that no longer stands.
  if (before.mode === 'hold' && mode === 'shadow')
    throw new DomainError(
      'conflict',
      `decision \`${decisionId}\` was made in mode \`hold\`; found \`shadow\`, expected \`hold\` or \`quote\``,
    );
}

/** Throws `conflict` where a decision is not to be approved, refused or overridden any more. */
export function assertStands(found: EarlierDecision | undefined, decisionId: string): void {
  if (found?.superseded)
    throw new DomainError('conflict', `decision \`${decisionId}\` has been superseded; settle the newest instead`, {
      decisionId,
    });
}
