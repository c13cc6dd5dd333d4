// `npm run fuzz:flips -- --orders N`: does to drawn orders what every printed flip says, and one step less.
import { parseArgs } from 'node:util';
import { createRandom } from './drawn.ts';
import { demoService, redecisions } from './fixture.ts';
import { checkRiskFlips, fuzzFlips } from './fuzz-flips.ts';

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const { sources, service } = await demoService(120);
const result = fuzzFlips(Number(values.orders), redecisions(sources), createRandom(Number(values.seed)));
const risks = checkRiskFlips(sources);
process.stdout.write(`${JSON.stringify({ ...result, risks }, null, 2)}\n`);
service.close();
process.exitCode = result.failures.length + risks.failures.length === 0 ? 0 : 1;
