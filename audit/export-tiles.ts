import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseCheckpointBody } from './checkpoint.ts';
import type { LogKeys } from './keys.ts';
import type { AuditLog } from './log.ts';
import { parseNote } from './note.ts';
import type { LogReader } from './serve.ts';
import { TILE_WIDTH, tilePath, tilesOf } from './tiles.ts';

export interface ExportedLog {
  readonly origin: string;
  readonly folder: string;
  readonly size: number;
  readonly files: number;
}

/** Where a log lies in an export: the tenant may be any text, the folder may not. */
function logFolderName(tenant: string, year: number): string {
  return join(encodeURIComponent(tenant).replaceAll('.', '%2E'), String(year));
}

/**
 * Writes every signed log as static files (C2SP tlog-tiles) under `folder/<tenant>/<year>/`, and the verifier keys as
 * `folder/verifier-keys`: compare these with ones received another way. Complete tiles already there are kept.
 */
export function exportTiles(log: AuditLog, reader: LogReader, folder: string, keys?: LogKeys): ExportedLog[] {
  const exported: ExportedLog[] = [];
  for (const { tenant, year, origin } of log.heads()) {
    const checkpoint = reader.checkpointText(tenant, year);
    if (checkpoint === undefined) continue;
    const { size } = parseCheckpointBody(parseNote(checkpoint).text);
    const target = join(folder, logFolderName(tenant, year));
    let files = 1;
    for (const tile of tilesOf(size)) {
      const path = join(target, tilePath(tile));
      if (tile.width === TILE_WIDTH && existsSync(path)) continue;
      const { level, index, width } = tile;
      const bytes =
        level === 'entries'
          ? reader.entryBundle(tenant, year, index, width)
          : reader.tileBytes(tenant, year, level, index, width);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes!);
      files++;
    }
    // Last, so that a reader never sees a checkpoint whose tiles are not there yet.
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'checkpoint'), checkpoint);
    exported.push({ origin, folder: target, size, files });
  }
  if (keys) {
    const lines = exported.flatMap(({ origin }) => keys.signersFor(origin).map((signer) => `${signer.verifierKey}\n`));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'verifier-keys'), lines.join(''));
  }
  return exported;
}
