import { openCheckpoint } from './checkpoint.ts';
import { equalHashes, Frontier, type Hash, leafHash } from './merkle.ts';
import type { Verifier } from './note.ts';
import { sha256 } from './sha256.ts';
import { TILE_WIDTH } from './tiles.ts';

export interface SourceLeaf {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** The hash kept beside the leaf, where there is one. */
  readonly hash?: Uint8Array;
  /** The decision that the row says the leaf is about; null: none; undefined: the source keeps no such column. */
  readonly decisionId?: string | null;
}

export interface SourceTile {
  readonly hashes: Uint8Array;
  /** The tile's own hash, where the source keeps it. */
  readonly root?: Uint8Array;
}

export interface SourceCheckpoint {
  readonly note: string;
  /** The size kept beside the note, where the source keeps one. */
  readonly size?: number;
}

/** A log as it lies in a database or a folder, with nothing taken for granted. */
export interface LogSource {
  readonly origin: string;
  /** By index; a source that cannot be read any further throws. */
  leaves(): Iterable<SourceLeaf>;
  tile(level: number, index: number): SourceTile | undefined;
  /** Complete tiles that are kept at a level. */
  tileCount(level: number): number;
  readonly checkpoints: readonly SourceCheckpoint[];
}

export type BreakKind =
  | 'edited'
  | 'moved'
  | 'missing'
  | 'unsigned'
  | 'tile'
  | 'checkpoint'
  | 'root'
  | 'shorter'
  | 'unreadable';

/** Where a log does not fit: leaves from `from` up to `to`; one leaf where `to` is `from + 1`. */
export interface Break {
  readonly kind: BreakKind;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface LogReport {
  readonly origin: string;
  /** Leaves that were read. */
  readonly size: number;
  /** Leaves under a good checkpoint; the rest is younger than the last one, and cannot be told from a crash. */
  readonly signedSize: number;
  readonly root: Hash;
  readonly checkpoints: number;
  /** The first break by position; undefined when the log verifies. */
  readonly break: Break | undefined;
}

export interface VerifyOptions {
  readonly verifiers: readonly Verifier[];
  /** Checkpoints of this log kept elsewhere (a witness, an earlier export): the log must contain their trees. */
  readonly since?: readonly string[];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').slice(0, 16);

interface SignedSize {
  readonly size: number;
  readonly root: Hash;
  readonly elsewhere: boolean;
}

/** Signed sizes in ascending order, and what is wrong with notes that do not open. */
function signedSizes(
  source: LogSource,
  { verifiers, since = [] }: VerifyOptions,
): { sizes: SignedSize[]; bad: Break[] } {
  const sizes: SignedSize[] = [];
  const bad: Break[] = [];
  const notes = [
    ...source.checkpoints.map((kept) => ({ ...kept, elsewhere: false })),
    ...since.map((note): SourceCheckpoint & { elsewhere: boolean } => ({ note, elsewhere: true })),
  ];
  for (const { note, size: keptSize, elsewhere } of notes) {
    try {
      const { origin, size, root } = openCheckpoint(note, verifiers);
      if (origin !== source.origin) throw new Error(`it is of \`${origin}\``);
      if (keptSize !== undefined && keptSize !== size) throw new Error(`it is kept as one of ${keptSize} leaves`);
      sizes.push({ size, root, elsewhere });
    } catch (error) {
      const size = keptSize ?? (Number(note.split('\n')[1]) || 0);
      const message = `checkpoint of ${size} leaves: ${error instanceof Error ? error.message : String(error)}`;
      bad.push({ kind: 'checkpoint', from: Math.max(0, size - 1), to: size, message });
    }
  }
  return { sizes: sizes.sort((a, b) => a.size - b.size), bad };
}

/** Recomputes every leaf, tile and signed root of a log, and says where the first one does not fit. */
export function verifyLog(source: LogSource, options: VerifyOptions): LogReport {
  const { sizes, bad } = signedSizes(source, options);
  const breaks = [...bad];
  const frontier = new Frontier(sha256);
  const levels: Hash[][] = [];
  let next = 0;
  let signedSize = 0;

  function compareTile(level: number): void {
    const mine = levels[level]!;
    levels[level] = [];
    const span = TILE_WIDTH ** level;
    const tileIndex = frontier.size / (span * TILE_WIDTH) - 1;
    const start = tileIndex * TILE_WIDTH * span;
    const stored = source.tile(level, tileIndex);
    const whole = { from: start, to: start + TILE_WIDTH * span };
    if (!stored)
      return void breaks.push({ kind: 'tile', ...whole, message: `hash tile ${level}/${tileIndex} is missing` });
    const root = levels[level + 1]?.at(-1);
    if (stored.root && root && !equalHashes(stored.root, root))
      breaks.push({ kind: 'tile', ...whole, message: `the hash kept for tile ${level}/${tileIndex} is not its own` });
    const at = mine.findIndex(
      (hash, offset) => !equalHashes(hash, stored.hashes.subarray(offset * 32, offset * 32 + 32)),
    );
    if (at >= 0) {
      const from = start + at * span;
      const other = mine.findIndex((_, offset) =>
        equalHashes(mine[at]!, stored.hashes.subarray(offset * 32, offset * 32 + 32)),
      );
      const message =
        level === 0 && other >= 0
          ? `leaf ${from} is the one that was logged as ${start + other}`
          : `hash ${hex(stored.hashes.subarray(at * 32, at * 32 + 32))} of tile ${level}/${tileIndex} is ${hex(mine[at]!)} by the leaves`;
      breaks.push({ kind: level > 0 ? 'tile' : other >= 0 ? 'moved' : 'edited', from, to: from + span, message });
    }
  }

  function checkRoots(last: boolean): void {
    for (; next < sizes.length && (sizes[next]!.size <= frontier.size || last); next++) {
      const signed = sizes[next]!;
      if (signed.size > frontier.size) {
        const who = signed.elsewhere ? 'kept elsewhere' : 'of this log';
        const message = `the log ends at ${frontier.size} leaves; a checkpoint ${who} has ${signed.size}`;
        breaks.push({ kind: 'shorter', from: frontier.size, to: signed.size, message });
      } else if (equalHashes(frontier.root(), signed.root)) signedSize = signed.size;
      else {
        const message = `the first ${signed.size} leaves hash to ${hex(frontier.root())}; signed is ${hex(signed.root)}`;
        breaks.push({ kind: 'root', from: signedSize, to: signed.size, message });
      }
    }
  }

  function take({ index, leaf, hash, decisionId }: SourceLeaf): void {
    const expected = frontier.size;
    if (index !== expected)
      breaks.push({
        kind: 'missing',
        from: expected,
        to: index,
        message: `leaves ${expected} to ${index - 1} are missing`,
      });
    const computed = leafHash(sha256, leaf);
    const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength);
    if (hash && !equalHashes(hash, computed))
      breaks.push({
        kind: 'edited',
        from: index,
        to: index + 1,
        message: `leaf ${index} was logged as ${hex(hash)} and hashes to ${hex(computed)}`,
      });
    else if (decisionId && text.indexOf(`"decisionId":${JSON.stringify(decisionId)}`) < 0)
      breaks.push({
        kind: 'edited',
        from: index,
        to: index + 1,
        message: `leaf ${index} is not about decision \`${decisionId}\``,
      });
    else if (decisionId === null && text.indexOf('"type":"decision"') >= 0)
      breaks.push({ kind: 'edited', from: index, to: index + 1, message: `leaf ${index} has lost its decision id` });
    frontier.append(computed, (level, _, node) => level % 8 === 0 && addHash(level / 8, node));
    addHash(0, computed);
    for (let level = 0; levels[level]?.length === TILE_WIDTH; level++) compareTile(level);
  }

  function addHash(level: number, hash: Hash): void {
    levels[level] ??= [];
    levels[level].push(hash);
  }

  try {
    for (const leaf of source.leaves()) {
      take(leaf);
      checkRoots(false);
      // Everything behind a break is out of step. The tile it lies in is finished first: it may tell the very leaf.
      if (frontier.size % TILE_WIDTH === 0 && breaks.some((found) => found.kind !== 'checkpoint')) break;
    }
    if (breaks.every((found) => found.kind === 'checkpoint')) {
      checkRoots(true);
      for (let level = 0; level === 0 || source.tileCount(level) > 0; level++) {
        const want = Math.floor(frontier.size / TILE_WIDTH ** (level + 1));
        if (source.tileCount(level) > want)
          breaks.push({
            kind: 'shorter',
            from: frontier.size,
            to: frontier.size + 1,
            message: `the log ends at ${frontier.size} leaves; ${source.tileCount(level)} tiles of level ${level} say there were more`,
          });
      }
    }
  } catch (error) {
    const message = `the log cannot be read behind leaf ${frontier.size}: ${error instanceof Error ? error.message : String(error)}`;
    breaks.push({ kind: 'unreadable', from: frontier.size, to: frontier.size + 1, message });
  }
  if (frontier.size > 0 && sizes.length === 0 && breaks.length === 0)
    breaks.push({
      kind: 'unsigned',
      from: 0,
      to: frontier.size,
      message: `no checkpoint signs these ${frontier.size} leaves`,
    });
  // The break that ends first is the first; of two that end together, the closer one says more.
  const first = breaks.sort((a, b) => a.to - b.to || b.from - a.from)[0];
  return {
    origin: source.origin,
    size: frontier.size,
    signedSize,
    root: frontier.root(),
    checkpoints: sizes.length,
    break: first,
  };
}
