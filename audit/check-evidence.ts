import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { sha256Hex } from './sha256.ts';

export interface EvidenceReport {
  readonly files: number;
  /** Paths below the export whose bytes are not what their name says. */
  readonly changed: readonly string[];
}

/** Hashes every file of an export's evidence: leaves name them by their SHA-256. Null where none was exported. */
export function checkEvidence(folder: string): EvidenceReport | null {
  if (!existsSync(join(folder, 'blobs'))) return null;
  const paths = readdirSync(join(folder, 'blobs'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const changed = paths.filter((path) => sha256Hex(readFileSync(path)) !== basename(path));
  return { files: paths.length, changed: changed.map((path) => relative(folder, path)) };
}
