import { statSync } from 'node:fs';
import type { Instant } from '#domain/time.ts';
import { loadPolicy } from '#policies/load.ts';
import type { Policy } from '#policies/policy.ts';

/** The policy that decides, reloaded when its files change; a broken file leaves the one in force. */
export interface PolicyInForce {
  readonly current: () => Policy;
  /** Looks whether a file has changed; cheap when none has. Returns the policy that came into force, if one did. */
  refresh(): Policy | undefined;
}

export interface PolicyOptions {
  readonly files: readonly string[];
  readonly report: (error: unknown) => void;
}

/** Throws `invalid-policy` when the first policy cannot be used: the service does not start without one. */
export function createPolicyInForce({ files, report }: PolicyOptions): PolicyInForce {
  const stamp = (): string =>
    files
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return `${stat?.mtimeMs}/${stat?.size}/${stat?.ino}`;
      })
      .join(' ');
  let seen = stamp();
  let policy = loadPolicy(files);
  return {
    current: () => policy,
    refresh() {
      const now = stamp();
      if (now === seen) return undefined;
      seen = now;
      try {
        const next = loadPolicy(files);
        if (next.policyRevision === policy.policyRevision) return undefined;
        policy = next;
        return next;
      } catch (error) {
        report(error);
        return undefined;
      }
    },
  };
}

/** True from the policy's first day to its last. */
export function inEffect({ effectiveFrom, effectiveTo }: Policy, now: Instant): boolean {
  return (effectiveFrom === null || effectiveFrom <= now) && (effectiveTo === null || now < effectiveTo);
}
