/** A hash of 32 bytes. */
export type Hash = Uint8Array;
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The hash of the complete subtree of 2^level leaves that starts at leaf `index * 2^level`. */
export type HashReader = (level: number, index: number) => Hash;

/** RFC 6962: SHA-256 of 0x00 and the leaf. */
export function leafHash(sha256: Sha256, leaf: Uint8Array): Hash {
  const bytes = new Uint8Array(leaf.length + 1);
  bytes.set(leaf, 1);
  return sha256(bytes);
}

/** RFC 6962: SHA-256 of 0x01, the left and the right child. */
export function nodeHash(sha256: Sha256, left: Hash, right: Hash): Hash {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return sha256(bytes);
}

export function equalHashes(a: Hash, b: Hash): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The right edge of a growing tree: the roots of its complete subtrees, one for each bit set in the size.
 * Appending costs two hashes on average and needs nothing that was appended before.
 */
export class Frontier {
  readonly #sha256: Sha256;
  readonly #peaks: (Hash | undefined)[] = [];
  #size = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Rebuilt from stored hashes: reads one hash for each bit set in `size`. */
  static from(sha256: Sha256, size: number, read: HashReader): Frontier {
    const frontier = new Frontier(sha256);
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2))
      if (rest % 2 === 1) frontier.#peaks[level] = read(level, rest - 1);
    frontier.#size = size;
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf's hash; `onNode` hears of every subtree that this leaf completes, from small to large. */
  append(leaf: Hash, onNode?: (level: number, index: number, hash: Hash) => void): void {
    let hash = leaf;
    let level = 0;
    for (let index = this.#size; ; index = Math.floor(index / 2), level++) {
      if (level > 0) onNode?.(level, index, hash);
      const left = this.#peaks[level];
      if (index % 2 === 0 || !left) {
        this.#peaks[level] = hash;
        break;
      }
      this.#peaks[level] = undefined;
      hash = nodeHash(this.#sha256, left, hash);
    }
    this.#size++;
  }

  clone(): Frontier {
    const copy = new Frontier(this.#sha256);
    copy.#peaks.push(...this.#peaks);
    copy.#size = this.#size;
    return copy;
  }

  root(): Hash {
    let root: Hash | undefined;
    for (const peak of this.#peaks) if (peak) root = root === undefined ? peak : nodeHash(this.#sha256, peak, root);
    return root ?? this.#sha256(new Uint8Array(0));
  }
}

/** The largest power of two below `n` (n >= 2). */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root of the leaves from `start` up to `end`, where `start` is a multiple of the power of two that covers them. */
function rangeHash(sha256: Sha256, start: number, end: number, read: HashReader): Hash {
  const count = end - start;
  const level = Math.log2(count);
  if (Number.isInteger(level)) return read(level, start / count);
  const middle = start + split(count);
  return nodeHash(sha256, rangeHash(sha256, start, middle, read), rangeHash(sha256, middle, end, read));
}

/** Root of the first `size` leaves. */
export function rootFromReader(sha256: Sha256, size: number, read: HashReader): Hash {
  return size === 0 ? sha256(new Uint8Array(0)) : rangeHash(sha256, 0, size, read);
}

/** The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up. */
export function inclusionProof(sha256: Sha256, index: number, size: number, read: HashReader): Hash[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size} leaves`);
  const path = (start: number, end: number): Hash[] => {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    return index < middle
      ? [...path(start, middle), rangeHash(sha256, middle, end, read)]
      : [...path(middle, end), rangeHash(sha256, start, middle, read)];
  };
  return path(0, size);
}

/** The proof that the tree of `oldSize` leaves is the beginning of the tree of `newSize`; empty when the old one is. */
export function consistencyProof(sha256: Sha256, oldSize: number, newSize: number, read: HashReader): Hash[] {
  if (!(oldSize >= 0 && oldSize <= newSize)) throw new RangeError(`${oldSize} leaves are not within ${newSize}`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const path = (start: number, end: number, whole: boolean): Hash[] => {
    if (oldSize === end) return whole ? [] : [rangeHash(sha256, start, end, read)];
    const middle = start + split(end - start);
    return oldSize <= middle
      ? [...path(start, middle, whole), rangeHash(sha256, middle, end, read)]
      : [...path(middle, end, false), rangeHash(sha256, start, middle, read)];
  };
  return path(0, newSize, true);
}

/** RFC 9162 2.1.3.2: whether `proof` leads from the leaf to `root`. */
export function verifyInclusion(
  sha256: Sha256,
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = nodeHash(sha256, hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalHashes(hash, root);
}

/** RFC 9162 2.1.4.2: whether the old tree is the beginning of the new one. */
export function verifyConsistency(
  sha256: Sha256,
  oldSize: number,
  newSize: number,
  proof: readonly Hash[],
  oldRoot: Hash,
  newRoot: Hash,
): boolean {
  if (oldSize === newSize) return proof.length === 0 && equalHashes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0;
  if (oldSize > newSize) return false;
  const steps = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...proof] : [...proof];
  const first = steps.shift();
  if (!first) return false;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [old, young] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeHash(sha256, step, old);
      young = nodeHash(sha256, step, young);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else young = nodeHash(sha256, young, step);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalHashes(old, oldRoot) && equalHashes(young, newRoot);
}
