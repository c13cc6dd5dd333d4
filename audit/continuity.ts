import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import type { LogKeys } from './keys.ts';
import type { AuditLog, LogHead } from './log.ts';
import { parseNote, type Signer } from './note.ts';
import { latestCheckpoint } from './stored-checkpoints.ts';

const idOf = (keyId: Uint8Array) => Buffer.from(keyId).toString('hex');

/** Whether a leaf that no checkpoint covers yet says that one of these keys signs from here on. */
function announced(log: AuditLog, { logId, size }: LogHead, from: number, signers: readonly Signer[]): boolean {
  return log.leaves(logId, from, size).some((leaf) => {
    const record = JSON.parse(leaf.toString()) as { type: string; verifierKeys?: string[] };
    return (
      record.type === 'key-rotation' &&
      signers.some(({ verifierKey }) => record.verifierKeys?.includes(verifierKey) === true)
    );
  });
}

/**
 * Throws `invalid-data` where none of the keys signed a log's newest checkpoint: signing on with another key would look
 * like another hand's work to everyone who verifies. A rotation on the log allows it.
 */
export function assertKeysContinue(store: Store, log: AuditLog, keys: LogKeys): void {
  for (const head of log.heads()) {
    const latest = latestCheckpoint(store, head.logId);
    if (!latest) continue;
    const signed = parseNote(latest.note).signatures.map(({ keyId }) => idOf(keyId));
    const signers = keys.signersFor(head.origin);
    if (signers.some(({ keyId }) => signed.includes(idOf(keyId)))) continue;
    if (announced(log, head, latest.size, signers)) continue;
    throw new DomainError(
      'invalid-data',
      `the newest checkpoint of log \`${head.origin}\` is signed by key ${signed.join(' and ')}, and the audit key here is ` +
        `${signers.map(({ keyId }) => idOf(keyId)).join(' and ')}; put back the key that signed (audit.key, ` +
        'FAIRLEAD_AUDIT_KEY), or, where it is lost, say so on the log with `fairlead audit keys --rotate`',
      { origin: head.origin },
    );
  }
}
