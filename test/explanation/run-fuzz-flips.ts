// `npm run fuzz:flips -- --orders N`: does to drawn orders what every printed flip says, and one step less.
import { parseArgs } from 'node:util';
import { createRandom } from './drawn.ts';
import { demoService, redecisions } from './fixture.ts';
import { KindTable } from './flip-kinds.ts';
import { checkRiskFlips, fuzzFlips } from './fuzz-flips.ts';

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const { sources, service } = await demoService(120);
const table = new KindTable();
const { failures, ...result } = fuzzFlips(
  Number(values.orders),
  redecisions(sources),
  createRandom(Number(values.seed)),
  table,
);
const faults = [
  ...failures,
  ...checkRiskFlips(sources, table).failures,
  ...table.neverDrawn().map((kind) => `never drawn: ${kind}`),
];
process.stdout.write(`${JSON.stringify({ ...result, faults }, null, 2)}\n`);
console.table(table.kinds);
service.close();
process.exitCode = faults.length === 0 ? 0 : 1;
