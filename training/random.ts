/** Numbers in [0, 1) from a seed: the only source of chance in training. */
export interface Random {
  next(): number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
}

/** The generator sfc32 (Chris Doty-Humphrey), seeded with one number. */
export function randomFrom(seed: number): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 0x1_0000_0000) | 0;
  let c = 0x9e37_79b9 | 0;
  let count = 1;
  const next = (): number => {
    const mixed = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    c |= 0;
    return (mixed >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 12; i++) next();
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/** The numbers 0 to `count - 1` in a random order (Fisher and Yates). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/** `wanted` of the numbers 0 to `count - 1` without repetition, rising. */
export function sample(count: number, wanted: number, random: Random): Int32Array {
  const picked = new Int32Array(wanted);
  let found = 0;
  for (let i = 0; i < count && found < wanted; i++)
    if (random.next() * (count - i) < wanted - found) picked[found++] = i;
  return picked;
}
