import type { Reservation } from '#domain/reservation.ts';
import { type Instant, toRfc3339 } from '#domain/time.ts';
import { type Approval, approvalsOf } from '#exceptions/approvals.ts';
import { overrideOf } from '#exceptions/overrides.ts';
import type { DecisionState, DecisionStateDeps } from '#routes/decision-state.ts';
import type { Store } from '#store/open.ts';

export interface DecisionStateParts {
  readonly store: Store;
  /** Every reservation of a decision, also those that no longer count. */
  readonly reservationsOf: (tenant: string, decisionId: string, now: Instant) => readonly Reservation[];
  readonly now: () => Instant;
}

/** The latest word wins: a successor over a person's plan, that over a refusal, and one refusal over all approvals. */
function standing(
  superseded: boolean,
  overridden: boolean,
  approvals: readonly Pick<Approval, 'state'>[],
): DecisionState['state'] {
  if (superseded) return 'SUPERSEDED';
  if (overridden) return 'OVERRIDDEN';
  for (const state of ['REFUSED', 'EXPIRED', 'PENDING', 'APPROVED'] as const)
    if (approvals.some((approval) => approval.state === state)) return state;
  return 'STANDING';
}

export function createDecisionState({ store, reservationsOf, now }: DecisionStateParts): DecisionStateDeps['stateOf'] {
  const indexed = store.sqlite.prepare<[string, string], { orderId: string; supersededBy: string | null }>(
    'select order_id as orderId, superseded_by as supersededBy from decision_index where tenant_id = ? and decision_id = ?',
  );
  return (tenant, decisionId) => {
    const row = indexed.get(tenant, decisionId);
    if (!row) return undefined;
    const at = now();
    const approvals = approvalsOf(store.db, tenant, decisionId).map((approval) => ({
      ...approval,
      // What has run out is written down by the next tick; it counts for nothing from its moment on.
      state: approval.state === 'PENDING' && approval.expiresAt <= at ? ('EXPIRED' as const) : approval.state,
    }));
    const override = overrideOf(store.db, tenant, decisionId);
    return {
      decisionId,
      orderId: row.orderId,
      state: standing(row.supersededBy !== null, override !== null, approvals),
      supersededBy: row.supersededBy,
      approvals: approvals.map((approval) => ({
        ruleId: approval.ruleId,
        approverRole: approval.approverRole,
        state: approval.state,
        raisedBy: approval.raisedBy,
        raisedAt: toRfc3339(approval.raisedAt),
        expiresAt: toRfc3339(approval.expiresAt),
        decidedBy: approval.decidedBy,
        decidedAt: approval.decidedAt === null ? null : toRfc3339(approval.decidedAt),
        reasonCode: approval.reasonCode,
        note: approval.note,
      })),
      override: override && {
        actor: override.actor,
        at: toRfc3339(override.at),
        reasonCode: override.reasonCode,
        note: override.note,
        toCandidateId: override.toCandidateId,
      },
      holds: reservationsOf(tenant, decisionId, at).map(
        ({ reservationId, nodeId, itemId, qty, kind, state, expiresAt }) => ({
          reservationId,
          nodeId,
          itemId,
          qty,
          kind,
          state,
          expiresAt: toRfc3339(expiresAt),
        }),
      ),
    };
  };
}
