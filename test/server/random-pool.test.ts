import { describe, expect, it } from 'vitest';
import { pooledRandom } from '#src/server/random-pool.ts';

describe('random bytes from a pool', () => {
  it('gives what was drawn, each byte once and in order, and large draws directly', () => {
    let next = 0;
    const draws: number[] = [];
    const random = pooledRandom((bytes) => {
      draws.push(bytes);
      return Uint8Array.from({ length: bytes }, () => next++ % 251);
    });
    const given = Array.from({ length: 200 }, () => [...random(20)]).flat();
    expect(given).toEqual(Array.from({ length: 4000 }, (_, index) => index % 251));
    expect(draws).toEqual([4096]);
    expect(random(5000)).toHaveLength(5000);
    expect(random(200)).toHaveLength(200);
    expect(draws).toEqual([4096, 5000, 4096]);
  });
});
