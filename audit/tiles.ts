import { DomainError } from '#domain/problems.ts';
import { type HashReader, nodeHash, type Sha256 } from './merkle.ts';

/** Hashes in a complete tile, and entries in a complete bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
/** An entry is prefixed by its length as uint16. */
export const MAX_LEAF_BYTES = 65_535;

/** `width` hashes at tree level `8 * level`, beginning with number `index * 256` of that level. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]` with N in groups of three digits, all but the last marked by `x`. */
export function tilePath(tile: Tile): string {
  const groups: string[] = [];
  let rest = tile.index;
  do {
    groups.unshift(`${groups.length ? 'x' : ''}${String(rest % 1000).padStart(3, '0')}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  const partial = tile.width < TILE_WIDTH ? `.p/${tile.width}` : '';
  return `tile/${tile.level}/${groups.join('/')}${partial}`;
}

/** The tile of a path, or undefined when the path names none; only the one spelling of a tile is accepted. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const index = Number(match[2]!.replaceAll(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const tile: Tile = { level: match[1] === 'entries' ? 'entries' : Number(match[1]), index, width };
  return width >= 1 && width <= TILE_WIDTH && tilePath(tile) === path ? tile : undefined;
}

/** How many hashes there are at tile level `level` in a tree of `size` leaves. */
function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The width of tile `index` in a tree of `size` leaves; 0 when it is not in the tree. */
export function tileWidth(size: number, level: number | 'entries', index: number): number {
  const hashes = hashesAtLevel(size, level === 'entries' ? 0 : level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Every tile and entry bundle of a tree of `size` leaves, each as wide as the tree has it. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; hashesAtLevel(size, level) > 0; level++)
    for (let index = 0; tileWidth(size, level, index) > 0; index++)
      yield { level, index, width: tileWidth(size, level, index) };
  for (let index = 0; tileWidth(size, 'entries', index) > 0; index++)
    yield { level: 'entries', index, width: tileWidth(size, 'entries', index) };
}

/** Root of a power of two of hashes that lie one after another. */
export function foldHashes(sha256: Sha256, hashes: Uint8Array): Uint8Array {
  let row = hashes;
  while (row.length > HASH_BYTES) {
    const next = new Uint8Array(row.length / 2);
    for (let at = 0; at < next.length; at += HASH_BYTES)
      next.set(
        nodeHash(sha256, row.subarray(at * 2, at * 2 + HASH_BYTES), row.subarray(at * 2 + HASH_BYTES, at * 2 + 64)),
        at,
      );
    row = next;
  }
  return row;
}

/** Reads any complete subtree of a tree of `size` leaves out of its tiles, which are fetched once each. */
export function tileHashReader(sha256: Sha256, size: number, fetchTile: (tile: Tile) => Uint8Array): HashReader {
  const tiles = new Map<string, Uint8Array>();
  return (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const tile: Tile = { level: tileLevel, index: tileIndex, width: tileWidth(size, tileLevel, tileIndex) };
    const key = `${tileLevel}/${tileIndex}`;
    let bytes = tiles.get(key);
    if (!bytes) {
      bytes = fetchTile(tile);
      if (bytes.length !== tile.width * HASH_BYTES)
        throw new DomainError(
          'log-broken',
          `\`${tilePath(tile)}\` has ${bytes.length} bytes; expected ${tile.width * HASH_BYTES}`,
          { tile: tilePath(tile) },
        );
      tiles.set(key, bytes);
    }
    const at = (first % TILE_WIDTH) * HASH_BYTES;
    return foldHashes(sha256, bytes.subarray(at, at + count * HASH_BYTES));
  };
}

/** An entry bundle: every leaf behind its length as big-endian uint16. */
export function encodeEntries(leaves: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(leaves.reduce((sum, leaf) => sum + 2 + leaf.length, 0));
  let at = 0;
  for (const leaf of leaves) {
    if (leaf.length > MAX_LEAF_BYTES)
      throw new DomainError('invalid-data', `a leaf has ${leaf.length} bytes; expected at most ${MAX_LEAF_BYTES}`);
    bytes[at] = leaf.length >> 8;
    bytes[at + 1] = leaf.length & 0xff;
    bytes.set(leaf, at + 2);
    at += 2 + leaf.length;
  }
  return bytes;
}

export function decodeEntries(bytes: Uint8Array): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 2 <= bytes.length ? bytes[at]! * 256 + bytes[at + 1]! : Number.POSITIVE_INFINITY;
    const end = at + 2 + length;
    if (end > bytes.length)
      throw new DomainError('log-broken', `entry ${leaves.length} of the bundle is cut off at byte ${bytes.length}`);
    leaves.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return leaves;
}
