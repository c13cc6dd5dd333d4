import { hash } from 'node:crypto';

/** SHA-256 of `bytes`, 32 bytes; handed to the pure tree code, which knows no built-in. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}
