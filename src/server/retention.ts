import type { BlobStore } from '#audit/blobs.ts';
import type { AuditLog } from '#audit/log.ts';
import { applyRetention, hasEvidenceBefore } from '#audit/retention.ts';
import { DAY_MS, type Instant, toRfc3339 } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import type { Store } from '#store/open.ts';
import type { Desk } from './desk.ts';

export interface RetentionParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly blobs: Pick<BlobStore, 'recover'>;
  readonly desk: Pick<Desk, 'apart'>;
  readonly policy: () => Policy;
  readonly tenants: () => Iterable<string>;
  readonly now: () => Instant;
}

/** Removes evidence by the policy in force, once a day and where the policy has changed; holds and the log as in `applyRetention`. */
export function createRetention({ store, log, blobs, desk, policy, tenants, now }: RetentionParts): { tick(): void } {
  let done = '';
  return {
    tick() {
      const { retention, policyId, policyRevision } = policy();
      const ts = toRfc3339(now());
      const due = `${ts.slice(0, 10)} ${policyRevision}`;
      if (!retention || due === done) return;
      const before = now() - retention.evidenceDays * DAY_MS;
      for (const tenant of tenants())
        if (hasEvidenceBefore(store, tenant, before)) {
          desk.apart(() => applyRetention(store, log, { tenant, before, actor: `policy:${policyId}`, ts }));
          blobs.recover();
        }
      done = due;
    },
  };
}
