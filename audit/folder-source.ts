import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DomainError } from '#domain/problems.ts';
import { parseCheckpointBody } from './checkpoint.ts';
import { parseNote } from './note.ts';
import { decodeEntries, TILE_WIDTH, type Tile, tilePath, tileWidth } from './tiles.ts';
import type { LogSource, SourceLeaf } from './verify.ts';

/** A log of an export: a folder with `checkpoint` and `tile/`. */
export interface LogFolder {
  readonly folder: string;
  readonly origin: string;
  readonly size: number;
  readonly checkpoint: string;
}

/** Every log of an export, by path: `folder` itself, or what lies `depth` folders below it (tenant and year). */
export function findLogFolders(folder: string, depth = 2): LogFolder[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new DomainError('invalid-data', `\`${folder}\` is not a folder with an exported log`);
  const file = join(folder, 'checkpoint');
  if (existsSync(file)) {
    const checkpoint = readFileSync(file, 'utf8');
    const { origin, size } = parseCheckpointBody(parseNote(checkpoint).text);
    return [{ folder, origin, size, checkpoint }];
  }
  if (depth === 0) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort()
    .flatMap((path) => findLogFolders(path, depth - 1));
}

function readTileFile(folder: string, tile: Tile): Buffer | undefined {
  const path = join(folder, tilePath(tile));
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** The leaves of one entry bundle; fails when the file is missing or has another number of leaves. */
export function readBundle(log: LogFolder, index: number): Uint8Array[] {
  const tile: Tile = { level: 'entries', index, width: tileWidth(log.size, 'entries', index) };
  const bytes = readTileFile(log.folder, tile);
  if (!bytes) throw new DomainError('log-broken', `\`${tilePath(tile)}\` is missing`);
  const leaves = decodeEntries(bytes);
  if (leaves.length !== tile.width)
    throw new DomainError('log-broken', `\`${tilePath(tile)}\` has ${leaves.length} leaves; expected ${tile.width}`);
  return leaves;
}

function* leavesOf(log: LogFolder): Generator<SourceLeaf> {
  for (let index = 0; index * TILE_WIDTH < log.size; index++) {
    const hashes = readTileFile(log.folder, { level: 0, index, width: tileWidth(log.size, 0, index) });
    if (!hashes) throw new DomainError('log-broken', `hash tile 0/${index} is missing`);
    for (const [at, leaf] of readBundle(log, index).entries())
      yield { index: index * TILE_WIDTH + at, leaf, hash: hashes.subarray(at * 32, at * 32 + 32) };
  }
}

function folderSource(log: LogFolder): LogSource {
  return {
    origin: log.origin,
    leaves: () => leavesOf(log),
    tile: (level, index) => {
      const hashes = readTileFile(log.folder, { level, index, width: TILE_WIDTH });
      return hashes && { hashes };
    },
    tileCount: (level) => Math.floor(log.size / TILE_WIDTH ** (level + 1)),
    checkpoints: [{ note: log.checkpoint }],
  };
}

export function folderSources(folder: string): LogSource[] {
  const logs = findLogFolders(folder);
  if (logs.length === 0)
    throw new DomainError(
      'invalid-data',
      `no log lies under \`${relative('.', folder) || '.'}\`; expected a file \`checkpoint\``,
    );
  return logs.map(folderSource);
}
