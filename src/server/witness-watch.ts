import type { Checkpointer } from '#audit/checkpointer.ts';
import type { AuditLog } from '#audit/log.ts';
import { createVerifier } from '#audit/note.ts';
import { createWitnessFollower } from '#audit/witness-follower.ts';
import { DomainError } from '#domain/problems.ts';
import type { ServiceConfig } from '#src/config.ts';
import type { Store } from '#store/open.ts';

export interface WitnessWatchParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly checkpointer: Checkpointer;
  readonly witness: ServiceConfig['witness'];
  readonly report: (error: unknown) => void;
}

export interface WitnessWatch {
  /** Sends new checkpoints. Throws `log-broken` where the witness has signed another log; other trouble is reported once. */
  follow(): Promise<void>;
  /** Why the log is not to be trusted any more; null: it is. */
  distrusted(): string | null;
}

export function createWitnessWatch({ store, log, checkpointer, witness, report }: WitnessWatchParts): WitnessWatch {
  const follower =
    witness &&
    createWitnessFollower({
      store,
      log,
      checkpointer,
      witness: { url: witness.url, verifier: createVerifier(witness.verifierKey) },
    });
  let distrusted: string | null = null;
  let reported: string | null = null;
  return {
    async follow() {
      try {
        await follower?.follow();
        reported = null;
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        // Twice a second the same would bury everything else.
        if (trouble !== reported) report(error);
        reported = trouble;
        if (!(error instanceof DomainError && error.code === 'log-broken')) return;
        distrusted = error.message;
        throw error;
      }
    },
    distrusted: () => distrusted,
  };
}
