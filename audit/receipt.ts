import { DomainError } from '#domain/problems.ts';
import { openCheckpoint } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { Verifier } from './note.ts';
import { sha256 } from './sha256.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';

/** C2SP tlog-proof: the index, the audit path from the leaf up, and the signed checkpoint it leads to. */
export interface Receipt {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The checkpoint's note, verbatim. */
  readonly checkpoint: string;
}

export function formatReceipt(receipt: Receipt): string {
  const hashes = receipt.proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return `${HEADER}\nindex ${receipt.index}\n${hashes}\n${receipt.checkpoint}`;
}

export function parseReceipt(text: string): Receipt {
  const end = text.indexOf('\n\n');
  const [header, ...rest] = text.slice(0, Math.max(0, end)).split('\n');
  const lines = rest[0]?.startsWith('extra ') ? rest.slice(1) : rest;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines[0] ?? '')?.[1];
  const proof = lines.slice(1).map((line) => Buffer.from(line, 'base64'));
  if (header !== HEADER || index === undefined || proof.some((hash) => hash.length !== 32))
    throw new DomainError('invalid-data', `this is not a receipt; expected \`${HEADER}\`, an index and hashes`);
  return { index: Number(index), proof, checkpoint: text.slice(end + 2) };
}

/** Whether `leaf` is in the log as the receipt says, under a key that the caller trusts. */
export function verifyReceipt(text: string, leaf: Uint8Array, verifiers: readonly Verifier[]): boolean {
  const receipt = parseReceipt(text);
  const checkpoint = openCheckpoint(receipt.checkpoint, verifiers);
  const hash = leafHash(sha256, leaf);
  return verifyInclusion(sha256, hash, receipt.index, checkpoint.size, receipt.proof, checkpoint.root);
}
