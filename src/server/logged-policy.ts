import type { AuditLog } from '#audit/log.ts';

/** Leaves read at a time, from the end. */
const PAGE = 256;

/** The policy revision that a tenant's log knows last, from its last decision or policy change; null: it knows none. */
export function loggedRevision(log: Pick<AuditLog, 'heads' | 'leaves'>, tenant: string): string | null {
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
