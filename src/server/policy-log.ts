import { leafOf } from '#audit/leaf.ts';
import type { AuditLog } from '#audit/log.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import type { Desk } from './desk.ts';

/** Leaves read at a time, from the end. */
const PAGE = 256;

/** The policy revision that a tenant's log knows last, from its last decision or policy change; null: it knows none. */
function loggedRevision(log: Pick<AuditLog, 'heads' | 'leaves'>, tenant: string): string | null {
  const heads = log.heads().filter((head) => head.tenant === tenant);
  for (const { logId, size } of heads.sort((a, b) => b.year - a.year))
    for (let end = size; end > 0; end -= PAGE)
      for (const leaf of log.leaves(logId, Math.max(0, end - PAGE), end).reverse()) {
        const record: { type: string; toRevision?: string; policy?: { policyRevision: string } } = JSON.parse(
          leaf.toString(),
        );
        if (record.type === 'decision') return record.policy?.policyRevision ?? null;
        if (record.type === 'policy-change') return record.toRevision ?? null;
      }
  return null;
}

export interface PolicyLogParts {
  readonly log: AuditLog;
  readonly desk: Pick<Desk, 'apart'>;
  /** Keeps the policy by its hash for as long as decisions refer to it. */
  readonly keep: (policy: Policy) => void;
  readonly tenants: () => ReadonlySet<string>;
  readonly now: () => number;
}

export interface PolicyLog {
  /** Writes a leaf for each tenant that a policy took the place of the revision `before`. */
  changed(before: string, policy: Policy): void;
  /** The same where the policy changed while the service was down, as the log of `tenant` knows it. */
  catchUp(tenant: string, policy: Policy): void;
}

export function createPolicyLog({ log, desk, keep, tenants, now }: PolicyLogParts): PolicyLog {
  function changed(before: string, policy: Policy): void {
    keep(policy);
    const { raisedBy, approvedBy, reason } = policy.stack.at(-1)!;
    const leaves = [...tenants()].map((tenant) =>
      leafOf({
        v: 1,
        type: 'policy-change',
        ts: toRfc3339(now()),
        tenant,
        actor: raisedBy,
        fromRevision: before,
        toRevision: policy.policyRevision,
        approvedBy: [approvedBy],
        reason,
      }),
    );
    desk.apart(() => log.append(leaves));
  }
  return {
    changed,
    catchUp(tenant, policy) {
      const logged = loggedRevision(log, tenant);
      if (logged !== null && logged !== policy.policyRevision) changed(logged, policy);
    },
  };
}
