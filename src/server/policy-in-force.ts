import { statSync } from 'node:fs';
import type { Instant } from '#domain/time.ts';
import type { Policy } from '#policies/policy.ts';
import { createSchedule, policyFilesOf, readPolicyFiles } from '#policies/schedule.ts';

/** The policy that decides, changed when its files change or a version's day has come. */
export interface PolicyInForce {
  /** The same until `refresh` says otherwise. */
  readonly current: () => Policy;
  /** Looks whether a file has changed or a version begins; cheap when neither has. Returns what came into force. */
  refresh(): Policy | undefined;
}

export interface PolicyOptions {
  /** Files, or folders of `*.policy.yaml`. */
  readonly files: readonly string[];
  readonly now: () => Instant;
  /** Told of a file that cannot be used; what is in force stays in force. */
  readonly report: (error: unknown) => void;
}

/** Throws `invalid-policy` when the first policy cannot be used: the service does not start without one. */
export function createPolicyInForce({ files, now, report }: PolicyOptions): PolicyInForce {
  const stamp = (): string =>
    policyFilesOf(files)
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return `${file}/${stat?.mtimeMs}/${stat?.size}/${stat?.ino}`;
      })
      .join(' ');
  let seen = stamp();
  let schedule = createSchedule(readPolicyFiles(files));
  let policy = schedule.at(now());
  /** What went wrong last, so that it is not said again at every look. */
  let said = '';
  return {
    current: () => policy,
    refresh() {
      try {
        const stamped = stamp();
        if (stamped !== seen) {
          seen = stamped;
          said = '';
          schedule = createSchedule(readPolicyFiles(files));
        }
        const next = schedule.at(now());
        if (next.policyRevision === policy.policyRevision) return undefined;
        policy = next;
        return next;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== said) report(error);
        said = message;
        return undefined;
      }
    },
  };
}
