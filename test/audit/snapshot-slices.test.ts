import { describe, expect, it } from 'vitest';
import { createBlobStore } from '#audit/blobs.ts';
import { canonicalText } from '#audit/canonical.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';

describe('slices of a snapshot', () => {
  it('are named by their bytes, also where rows are shared with a snapshot kept before and one of them differs', () => {
    const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
    const blobs = createBlobStore(store, () => 0);
    const row = (nodeId: string, onHand: number) => ({ nodeId, itemId: 'I', onHand });
    const [first, second, third] = [row('A', 1), row('A', 2), row('B', 3)];
    const lists = [
      [first, second, third],
      [first, row('A', 9), third],
      [first, third],
      [first, second, third],
      [row('A', 1), second, row('B', 4)],
    ];
    for (const supply of lists)
      for (const tenant of ['one', 'two']) {
        const snapshot = { schema: 'snapshot@1', supply, nodes: [], items: [first], lanes: [] };
        const name = blobs.keepSnapshot(tenant, snapshot);
        expect(name).toBe(sha256Hex(canonicalText(snapshot)));
        expect(blobs.readSnapshot(tenant, name)).toEqual(snapshot);
      }
    store.close();
  });
});
