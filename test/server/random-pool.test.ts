import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pooledRandom } from '#src/server/random-pool.ts';

describe('random bytes from a pool', () => {
  it('gives what was drawn, each byte once and in order, and keys directly', () => {
    let next = 0;
    const draws: number[] = [];
    const random = pooledRandom((bytes) => {
      draws.push(bytes);
      return Uint8Array.from({ length: bytes }, () => next++ % 251);
    });
    const given = Array.from({ length: 400 }, () => [...random(10)]).flat();
    expect(given).toEqual(Array.from({ length: 4000 }, (_, index) => index % 251));
    expect(draws).toEqual([4096]);
    expect(random(32)).toHaveLength(32);
    expect(random(16)).toHaveLength(16);
    expect(draws).toEqual([4096, 32]);
    expect(random(16).length + random(16).length + random(16).length + random(16).length).toBe(64);
    expect(random(16).length + random(16).length).toBe(32);
    expect(draws).toEqual([4096, 32, 4096]);
  });

  // A slice of a Buffer is a view: wiped from the pool, every id was nothing but zeros.
  it('gives ids that stay what they were, from the system as it is', () => {
    const random = pooledRandom(randomBytes);
    const ids = Array.from({ length: 2000 }, () => random(10));
    const texts = new Set(ids.map((id) => Buffer.from(id).toString('hex')));
    expect(texts.size).toBe(2000);
    expect(texts).not.toContain('0'.repeat(20));
  });
});
