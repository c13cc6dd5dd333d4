import { DomainError } from '#domain/problems.ts';
import { formatNote, parseNote, type SignedNote, type Signer, signNote, type Verifier, verifyNote } from './note.ts';

/** C2SP tlog-checkpoint without extension lines. */
export interface Checkpoint {
  /** `<host>/<tenant>/<year>`: names the log and its key. */
  readonly origin: string;
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Uint8Array;
}

function checkpointBody(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${Buffer.from(checkpoint.root).toString('base64')}\n`;
}

export function parseCheckpointBody(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n');
  const bytes = Buffer.from(root ?? '', 'base64');
  const wellFormed =
    origin && /^(0|[1-9]\d{0,15})$/.test(size ?? '') && bytes.length === 32 && bytes.toString('base64') === root;
  if (!wellFormed || rest.length !== 1 || rest[0] !== '')
    throw new DomainError('invalid-data', 'this is not a checkpoint; expected the lines origin, size and root');
  return { origin, size: Number(size), root: bytes };
}

/** The checkpoint as a signed note; several signers while a key is being rotated. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): string {
  return formatNote(signNote(checkpointBody(checkpoint), signers));
}

/** Parses and checks: signed by a known key whose name is the origin, or an error that says what is wrong. */
export function openCheckpoint(note: string, verifiers: readonly Verifier[]): Checkpoint & { note: SignedNote } {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpointBody(parsed.text);
  const signatures = verifyNote(parsed, verifiers);
  if (!signatures.some((signature) => signature.name === checkpoint.origin))
    throw new DomainError('log-broken', `the checkpoint of \`${checkpoint.origin}\` is not signed by its log`);
  return { ...checkpoint, note: parsed };
}
