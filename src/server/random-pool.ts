/** Drawn at a time: some hundred ids. */
const POOL_BYTES = 4096;

/** The same bytes, each given once, drawn many at a time: a draw from the system costs more than most of a trace id. */
export function pooledRandom(draw: (bytes: number) => Uint8Array): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    if (bytes > POOL_BYTES / 4) return draw(bytes);
    if (used + bytes > pool.length) {
      pool = draw(POOL_BYTES);
      used = 0;
    }
    const given = pool.slice(used, used + bytes);
    pool.fill(0, used, used + bytes);
    used += bytes;
    return given;
  };
}
