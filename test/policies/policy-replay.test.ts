import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '#policies/load.ts';
import { replayUnder } from '#src/cli/policy-replay.ts';
import { makeHistory, predictedByFreight } from './policy-replay.ts';

const text = readFileSync('policies/default.policy.yaml', 'utf8');
const policy = resolvePolicy([{ file: 'default', text }]);
/** Freight has to be approved from 12 euros on instead of 150. */
const tightened = resolvePolicy([
  { file: 'draft', text: text.replace('threshold: 150.00 EUR', 'threshold: 12.00 EUR') },
]);

describe('policy replay', () => {
  const { inputs, decisions } = makeHistory(400, 1, policy);

  it('has a history worth the name', () => {
    expect(decisions.filter(({ chosen }) => chosen !== null).length).toBeGreaterThan(150);
  });

  it('changes nothing under the policy that decided', () => {
    const { changes, before, after, expired } = replayUnder(inputs, policy);
    expect(changes).toEqual([]);
    expect(after).toEqual(before);
    expect(before.orders).toBe(400);
    expect(expired).toBe(0);
  });

  it('changes under a tightened policy exactly what a query over an export of the log predicts', async () => {
    const { changes, before, after } = replayUnder(inputs, tightened);
    const predicted = await predictedByFreight(inputs, 1200, 'freight-approval');
    expect(predicted.length).toBeGreaterThan(20);
    expect(changes.map(({ decisionId }) => decisionId).sort()).toEqual(predicted);
    expect(after.approvals).toBeGreaterThan(before.approvals);
  });

  it('keeps to the range, and leaves out what has expired', () => {
    const from = decisions[0]!.decidedAt;
    expect(replayUnder(inputs, policy, from, from + 1).before.orders).toBeLessThan(10);
    const gone = replayUnder({ ...inputs, evidence: () => undefined }, policy);
    expect(gone).toMatchObject({ expired: 400, changes: [], before: { orders: 0 } });
  });
});
