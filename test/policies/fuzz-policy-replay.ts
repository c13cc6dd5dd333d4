// `npm run fuzz:policy-replay -- --runs 10000`: decide so many orders, decide them again under the same policy (none
// may change) and under a tightened one (exactly those may change that a query over an export of the log predicts). Exit 1 otherwise.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resolvePolicy } from '#policies/load.ts';
import { replayUnder } from '#src/cli/policy-replay.ts';
import { makeHistory, predictedByFreight } from './policy-replay.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const text = readFileSync('policies/default.policy.yaml', 'utf8');
const policy = resolvePolicy([{ file: 'default', text }]);
const tightened = resolvePolicy([
  { file: 'draft', text: text.replace('threshold: 150.00 EUR', 'threshold: 12.00 EUR') },
]);
const { inputs, decisions } = makeHistory(Number(values.runs), Number(values.seed), policy);
const same = replayUnder(inputs, policy).changes.length;
const changed = replayUnder(inputs, tightened)
  .changes.map(({ decisionId }) => decisionId)
  .sort();
const predicted = await predictedByFreight(inputs, 1200, 'freight-approval');
const planned = decisions.filter(({ chosen }) => chosen !== null).length;
console.log(`${decisions.length} decisions, ${planned} with a plan`);
console.log(`under the policy they were made with: ${same} change`);
console.log(
  `under a tightened one: ${changed.length} change, ${predicted.length} predicted, ${changed.join() === predicted.join() ? 'the same ones' : 'NOT the same ones'}`,
);
process.exitCode = same === 0 && changed.join() === predicted.join() ? 0 : 1;
