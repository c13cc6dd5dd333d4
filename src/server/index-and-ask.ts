import { requestApprovals } from '#exceptions/approvals.ts';
import { lapse } from '#exceptions/lapsed.ts';
import { openException } from '#exceptions/queue.ts';
import { indexDecision } from '#store/decision-index.ts';
import type { DeskParts } from './desk.ts';

/** Writes a decision into the index and asks people what it asks them, in the transaction of its leaf. */
export const indexAndAsk: DeskParts['index'] = (db, tenant, decision, order, actor, at) => {
  indexDecision(db, tenant, decision, order, actor, at);
  const { decisionId, orderId, supersedes, exception, approvals: needs, decidedAt: now } = decision;
  // A quote asks nobody and takes nothing's place: nothing of it will be executed.
  if (decision.mode === 'quote') return;
  if (supersedes !== null)
    lapse(db, { tenant, decisionId: supersedes, resolution: 'SUPERSEDED', note: `by ${decisionId}`, actor, now });
  if (exception) openException(db, { tenant, decisionId, orderId, draft: exception, actor, now });
  if (needs.length > 0) requestApprovals(db, { tenant, decisionId, needs, raisedBy: actor, now });
};
