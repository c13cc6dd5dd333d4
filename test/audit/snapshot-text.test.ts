import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalText } from '#audit/canonical.ts';
import { membersOf, snapshotText } from '#audit/snapshot-text.ts';

const row = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)));

it('writes a snapshot as canonical JSON does, the first time and from memory', () => {
  const snapshot = fc.record({
    supply: fc.array(row),
    nodes: fc.array(row),
    lanes: fc.array(row),
    items: fc.array(row),
    asOf: fc.integer(),
    customer: fc.oneof(row, fc.constant(null)),
    freightSpent: fc.array(row),
  });
  fc.assert(
    fc.property(snapshot, (value) => {
      expect(snapshotText(value)).toBe(canonicalText(value));
      expect(snapshotText({ ...value, asOf: 7 })).toBe(canonicalText({ ...value, asOf: 7 }));
      for (const member of membersOf(value))
        for (const run of member.runs ?? []) expect(`[${run.text}]`).toBe(canonicalText(run.rows));
    }),
  );
});
