import { existsSync, readFileSync } from 'node:fs';
import { createVerifier, type Verifier } from '#audit/note.ts';

/** A file with verifier keys, one a line, or one key as it stands. */
export function readVerifierKeys(values: readonly string[]): Verifier[] {
  return values.flatMap((value) => {
    const lines = existsSync(value) ? readFileSync(value, 'utf8').split('\n') : [value];
    return lines.filter((line) => line.trim() !== '').map(createVerifier);
  });
}
