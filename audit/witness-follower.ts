import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { AuditLog } from './log.ts';
import { latestCheckpoint, latestCosigned } from './stored-checkpoints.ts';
import { submitCheckpoint, type WitnessAddress } from './witness-client.ts';

/** Sends every new checkpoint to a witness and keeps its cosignatures. */
export interface WitnessFollower {
  /**
   * Submits what the witness has not signed yet. Throws `log-broken` when it has signed a larger or another tree: the
   * database has been rolled back or forked, and nothing may be decided on it. Throws what `fetch` throws when the
   * witness cannot be reached.
   */
  follow(): Promise<void>;
}

export interface WitnessFollowerParts {
  readonly store: Store;
  readonly log: AuditLog;
  readonly checkpointer: Checkpointer;
  readonly witness: WitnessAddress;
}

export function createWitnessFollower({ store, log, checkpointer, witness }: WitnessFollowerParts): WitnessFollower {
  /** What this process has heard the witness sign; at a start nothing, so that everything is compared once. */
  const signed = new Map<number, number>();

  async function followLog(logId: number, origin: string): Promise<void> {
    const checkpoint = latestCheckpoint(store, logId);
    if (!checkpoint || signed.get(logId) === checkpoint.size) return;
    const { size, note } = checkpoint;
    const lastSize = signed.get(logId) ?? latestCosigned(store, logId)?.size ?? 0;
    const verdict = await submitCheckpoint(witness, { size, note, read: log.hashReader(logId, size), lastSize });
    const { witnessedSize } = verdict;
    switch (verdict.finding) {
      case 'cosigned':
        checkpointer.keepCosignature(logId, size, verdict.line);
        signed.set(logId, size);
        return;
      case 'refused':
        throw new Error(`the witness refused \`${origin}\`: ${verdict.message}`);
      case 'shrunken':
        throw new DomainError(
          'log-broken',
          `log \`${origin}\` has ${size} leaves; the witness has signed ${witnessedSize}: an older copy is in use`,
          { origin, size, witnessedSize },
        );
      case 'forked':
        throw new DomainError(
          'log-broken',
          `log \`${origin}\` is another one than the witness has signed at ${witnessedSize} leaves`,
          { origin, size, witnessedSize },
        );
    }
  }

  return {
    async follow() {
      for (const { logId, origin } of log.heads()) await followLog(logId, origin);
    },
  };
}
