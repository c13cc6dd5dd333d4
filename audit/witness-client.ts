import { consistencyProof, type HashReader } from './merkle.ts';
import { COSIGNATURE, parseNote, parseSignatureLine, type Verifier, verifyNote } from './note.ts';
import { sha256 } from './sha256.ts';

/** A checkpoint to be witnessed, and the hashes that its consistency proof is read from. */
export interface Submission {
  readonly size: number;
  /** The log's signed note, without cosignatures. */
  readonly note: string;
  readonly read: HashReader;
  /** The size the witness signed last, as far as we know. */
  readonly lastSize: number;
}

export type WitnessVerdict =
  | { readonly finding: 'cosigned'; readonly witnessedSize: number; readonly line: string }
  /** The witness has signed a larger tree: this log has been rolled back. */
  | { readonly finding: 'shrunken'; readonly witnessedSize: number }
  /** The witness has signed another tree: this log is a fork of it. */
  | { readonly finding: 'forked'; readonly witnessedSize: number }
  | { readonly finding: 'refused'; readonly witnessedSize: number; readonly message: string };

export interface WitnessAddress {
  /** The submission prefix, without a slash at the end. */
  readonly url: string;
  /** The witness's key; a line under another is not kept. */
  readonly verifier: Verifier;
  readonly fetch?: typeof fetch;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

/** Asks a witness for its cosignature. Throws what `fetch` throws when the witness cannot be reached. */
export async function submitCheckpoint(witness: WitnessAddress, submission: Submission): Promise<WitnessVerdict> {
  const { size, note, read } = submission;
  const send = witness.fetch ?? fetch;
  let lastSize = Math.min(submission.lastSize, size);
  // Twice: when the witness knows another size than we thought, it says which.
  for (let attempt = 0; attempt < 2; attempt++) {
    const proof = consistencyProof(sha256, lastSize, size, read);
    const hashes = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
    const response = await send(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      body: `old ${lastSize}\n${hashes}\n${note}`,
      signal: AbortSignal.timeout(witness.timeoutMs ?? 5000),
    });
    const body = await response.text();
    if (response.status === 200)
      return { finding: 'cosigned', witnessedSize: size, line: goodLine(witness, note, body) };
    if (response.status === 422) return { finding: 'forked', witnessedSize: lastSize };
    if (response.status !== 409)
      return { finding: 'refused', witnessedSize: lastSize, message: `${response.status} ${body.trim()}` };
    const witnessedSize = Number(body.trim());
    if (witnessedSize > size) return { finding: 'shrunken', witnessedSize };
    if (witnessedSize === lastSize) return { finding: 'forked', witnessedSize };
    lastSize = witnessedSize;
  }
  return { finding: 'refused', witnessedSize: lastSize, message: 'the witness is being asked from elsewhere as well' };
}

function goodLine({ verifier, url }: WitnessAddress, note: string, body: string): string {
  const lines = body.split('\n').filter((line) => line !== '');
  const mine = lines.find((line) => {
    const { name, keyId } = parseSignatureLine(line);
    return name === verifier.name && Buffer.from(keyId).equals(verifier.keyId) && verifier.type === COSIGNATURE;
  });
  if (mine === undefined) throw new Error(`\`${url}\` did not sign under the key of \`${verifier.name}\``);
  verifyNote(parseNote(`${note}${mine}\n`), [verifier]);
  return `${mine}\n`;
}
