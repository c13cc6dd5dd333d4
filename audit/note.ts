import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { DomainError } from '#domain/problems.ts';

/** Signature types of C2SP notes: a log's own, and a witness's timestamped cosignature. */
const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes that tell keys of one name apart; not a secret and not proof of anything. */
  readonly keyId: Uint8Array;
  /** What follows the key id: 64 bytes, or 8 of time and 64 in a cosignature. */
  readonly signature: Uint8Array;
}

/** C2SP signed note: `text` ends in a newline; signatures follow after an empty line. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface Signer {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** `name+hex(keyid)+base64(type || public key)`: what a verifier is given. */
  readonly verifierKey: string;
  readonly sign: (text: string) => Uint8Array;
}

export interface Verifier {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly type: number;
  readonly verify: (text: string, signature: Uint8Array) => boolean;
}

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

export function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_ED25519, raw]), format: 'der', type: 'spki' });
}

export function rawPublicKey(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_ED25519.length);
}

function validName(name: string): boolean {
  return name.length > 0 && !/[\s+]/u.test(name);
}

/** First 4 bytes of SHA-256(name || 0x0A || type || public key). */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  const hash = createHash('sha256')
    .update(name)
    .update(Buffer.from([0x0a, type]))
    .update(publicKey);
  return hash.digest().subarray(0, 4);
}

export function formatVerifierKey(name: string, type: number, publicKey: Uint8Array): string {
  const id = Buffer.from(keyIdOf(name, type, publicKey)).toString('hex');
  return `${name}+${id}+${Buffer.concat([Buffer.from([type]), publicKey]).toString('base64')}`;
}

/** A log's signer from the 32-byte Ed25519 seed. */
export function createSigner(name: string, seed: Uint8Array): Signer {
  if (!validName(name)) throw new DomainError('invalid-data', `key name \`${name}\` has a space or a plus sign`);
  const key = privateKeyOf(seed);
  const publicKey = rawPublicKey(key);
  return {
    name,
    keyId: keyIdOf(name, ED25519, publicKey),
    verifierKey: formatVerifierKey(name, ED25519, publicKey),
    sign: (text) => sign(null, Buffer.from(text), key),
  };
}

/** A verifier from `name+hex(keyid)+base64(type || public key)`; its key id is recomputed. */
export function createVerifier(verifierKey: string): Verifier {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(verifierKey.trim());
  const bytes = match ? Buffer.from(match[3]!, 'base64') : undefined;
  const type = bytes?.[0];
  if (!match || bytes?.length !== 33 || (type !== ED25519 && type !== COSIGNATURE))
    throw new DomainError('invalid-data', `\`${verifierKey}\` is not a verifier key; expected name+id+key`);
  const publicKey = bytes.subarray(1);
  const keyId = keyIdOf(match[1]!, type, publicKey);
  if (Buffer.from(keyId).toString('hex') !== match[2])
    throw new DomainError('invalid-data', `the id of verifier key \`${verifierKey}\` does not belong to its key`);
  const key = publicKeyOf(publicKey);
  return {
    name: match[1]!,
    keyId,
    type,
    verify: (text, signature) =>
      type === ED25519
        ? signature.length === 64 && verify(null, Buffer.from(text), key, signature)
        : signature.length === 72 &&
          verify(null, Buffer.from(cosignedText(signature, text)), key, signature.subarray(8)),
  };
}

/** What a witness signs: the time its signature carries, then the checkpoint's text. */
export function cosignedText(signature: Uint8Array, text: string): string {
  return `cosignature/v1\ntime ${Buffer.from(signature).readBigUInt64BE(0)}\n${text}`;
}

export function signatureLine(signature: NoteSignature): string {
  const bytes = Buffer.concat([signature.keyId, signature.signature]);
  return `\u2014 ${signature.name} ${bytes.toString('base64')}\n`;
}

export function parseSignatureLine(line: string): NoteSignature {
  const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  const bytes = match ? Buffer.from(match[2]!, 'base64') : undefined;
  if (!match || !bytes || bytes.length < 5 || bytes.toString('base64') !== match[2])
    throw new DomainError('invalid-data', `\`${line.slice(0, 80)}\` is not a note signature`);
  return { name: match[1]!, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

export function signNote(text: string, signers: readonly Signer[]): SignedNote {
  return {
    text,
    signatures: signers.map((signer) => ({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) })),
  };
}

export function formatNote(note: SignedNote): string {
  return `${note.text}\n${note.signatures.map(signatureLine).join('')}`;
}

export function parseNote(note: string): SignedNote {
  const at = note.lastIndexOf('\n\n');
  const control = [...note].some((character) => character < ' ' && character !== '\n');
  if (at < 0 || !note.endsWith('\n') || control || note.length > 1_000_000)
    throw new DomainError('invalid-data', 'this is not a signed note; expected text, an empty line and signatures');
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > 100) throw new DomainError('invalid-data', `a note has ${lines.length} signatures; at most 100`);
  return { text: note.slice(0, at + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * The signatures that known keys made. An unknown key is passed over; a known key with a wrong signature, or no
 * known key at all, fails.
 */
export function verifyNote(note: SignedNote, verifiers: readonly Verifier[]): NoteSignature[] {
  const good = note.signatures.filter((signature) => {
    const verifier = verifiers.find(
      (known) => known.name === signature.name && Buffer.from(known.keyId).equals(signature.keyId),
    );
    if (verifier && !verifier.verify(note.text, signature.signature))
      throw new DomainError('log-broken', `the signature of \`${signature.name}\` does not fit the text`);
    return verifier !== undefined;
  });
  if (good.length === 0)
    throw new DomainError('log-broken', 'no signature on the note is by a key that is known', {
      names: note.signatures.map((signature) => signature.name),
    });
  return good;
}
