import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { shipped } from '#src/config.ts';
import { createFlush } from '#store/flush.ts';
import { openStore } from '#store/open.ts';

function setUp(write?: (items: readonly string[]) => void) {
  const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
  store.sqlite.exec('create table seen (name text)');
  const commits: number[] = [];
  let recoveries = 0;
  const flush = createFlush<string>({
    store,
    write: (db, items) => {
      for (const item of items) db.run(sql`insert into seen values (${item})`);
      write?.(items);
      commits.push(items.length);
    },
    recover: () => {
      recoveries++;
    },
  });
  const seen = () => store.sqlite.prepare('select name from seen').pluck().all();
  return { flush, commits, recoveries: () => recoveries, seen };
}

describe('flush', () => {
  it('writes what was queued in one transaction, in order', async () => {
    const { flush, commits, seen } = setUp();
    await Promise.all(['a', 'b', 'c'].map((item) => flush.enqueue(item)));
    expect(seen()).toEqual(['a', 'b', 'c']);
    expect(commits).toEqual([3]);
  });

  it('refuses every queued item and keeps none when its transaction fails, then recovers', async () => {
    let fail = true;
    const { flush, recoveries, seen } = setUp(() => {
      if (fail) throw new Error('disk full');
    });
    const results = await Promise.allSettled([flush.enqueue('a'), flush.enqueue('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(results[0]).toMatchObject({ reason: { code: 'log-unavailable' } });
    expect(seen()).toEqual([]);
    expect(recoveries()).toBe(1);
    fail = false;
    await flush.enqueue('c');
    expect(seen()).toEqual(['c']);
  });
});
