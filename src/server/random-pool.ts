/** Drawn at a time: some hundred ids. */
const POOL_BYTES = 4096;
/** Ids and nonces; what is longer is a key or a secret, and drawn by itself. */
const MOST_POOLED = 16;

/** The same bytes, each given once, drawn many at a time: a draw from the system costs more than most of a trace id. */
export function pooledRandom(draw: (bytes: number) => Uint8Array): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    if (bytes > MOST_POOLED) return draw(bytes);
    if (used + bytes > pool.length) {
      pool = draw(POOL_BYTES);
      used = 0;
    }
    // A copy: `slice` of a Buffer is a view, and what is given out is wiped from the pool.
    const given = new Uint8Array(pool.subarray(used, used + bytes));
    pool.fill(0, used, used + bytes);
    used += bytes;
    return given;
  };
}
