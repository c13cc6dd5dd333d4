import type { LogFolder } from './folder-source.ts';
import { readBundle } from './folder-source.ts';
import { TILE_WIDTH } from './tiles.ts';
import type { Break, LogSource } from './verify.ts';

/** A leaf that is not what it was in an export. */
export interface ChangedLeaf {
  readonly index: number;
  readonly was: string;
  /** Undefined where there is no such leaf any more. */
  readonly is: string | undefined;
}

const textOf = (leaf: Uint8Array): string => Buffer.from(leaf).toString('utf8');

/** The first leaf from where a log breaks on that differs from an earlier export of it. */
export function firstChangedLeaf(source: LogSource, exported: LogFolder, { from }: Break): ChangedLeaf | undefined {
  let [index, bundle] = [from, [] as Uint8Array[]];
  for (const found of source.leaves()) {
    if (found.index < index) continue;
    if (index >= exported.size) return undefined;
    if (bundle.length === 0 || index % TILE_WIDTH === 0) bundle = readBundle(exported, Math.floor(index / TILE_WIDTH));
    const was = textOf(bundle[index % TILE_WIDTH]!);
    const is = found.index === index ? textOf(found.leaf) : undefined;
    if (was !== is) return { index, was, is };
    index++;
  }
  return index < exported.size
    ? { index, was: textOf(readBundle(exported, Math.floor(index / TILE_WIDTH))[index % TILE_WIDTH]!), is: undefined }
    : undefined;
}
