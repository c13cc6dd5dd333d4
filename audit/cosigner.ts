import { sign } from 'node:crypto';
import {
  COSIGNATURE,
  cosignedText,
  formatVerifierKey,
  keyIdOf,
  privateKeyOf,
  rawPublicKey,
  signatureLine,
} from './note.ts';

/** A witness's key: it signs that, as of a time, this is the largest tree of the log that it has seen consistent. */
export interface Cosigner {
  readonly name: string;
  /** Type 0x04. */
  readonly verifierKey: string;
  /** One signature line for a checkpoint's text; `time` in seconds since the epoch. */
  readonly cosign: (text: string, time: number) => string;
}

export function createCosigner(name: string, seed: Uint8Array): Cosigner {
  const key = privateKeyOf(seed);
  const publicKey = rawPublicKey(key);
  const keyId = keyIdOf(name, COSIGNATURE, publicKey);
  return {
    name,
    verifierKey: formatVerifierKey(name, COSIGNATURE, publicKey),
    cosign(text, time) {
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(BigInt(time));
      const signature = Buffer.concat([stamp, sign(null, Buffer.from(cosignedText(stamp, text)), key)]);
      return signatureLine({ name, keyId, signature });
    },
  };
}
