// `npm run fuzz:guard -- --runs 1000000 --seed 1`: exit 1 where a plan left the guard breaking a hard rule.
import { parseArgs } from 'node:util';
import { fuzzGuard } from './fuzz.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const started = Date.now();
const result = fuzzGuard({
  runs: Number(values.runs),
  seed: Number(values.seed),
  onProgress: (decisions) => process.stderr.isTTY && process.stderr.write(`\r${decisions} decisions`),
});
const seconds = ((Date.now() - started) / 1000).toFixed(1);
console.log(`${result.decisions} decisions, ${result.candidates} candidates in ${seconds} s`);
console.log(
  `${result.permitted} plans left the guard, ${result.clamped} of them moved, ${result.approvals} to be approved`,
);
console.log('offered against a hard rule:');
for (const [rule, count] of Object.entries(result.offered).sort()) console.log(`  ${rule.padEnd(24)}${count}`);
const broken = Object.values(result.broken).reduce((sum, count) => sum + count, 0);
console.log(
  `left breaking a hard rule: ${broken}${broken > 0 ? ` ${JSON.stringify(result.broken)}, first with seed ${result.firstSeed}` : ''}`,
);
process.exitCode = broken > 0 ? 1 : 0;
