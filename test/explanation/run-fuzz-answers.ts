// `npm run fuzz:answers -- --answers N`: recomputes the figures of drawn answers from an export of the log.
import { parseArgs } from 'node:util';
import { createRandom } from './drawn.ts';
import { exportedLog } from './exported-log.ts';
import { checkAnswers } from './fuzz-answers.ts';
import { livedService } from './lived.ts';

const { values } = parseArgs({
  options: { answers: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const { sources, service } = await livedService(60);
const result = checkAnswers(Number(values.answers), exportedLog(service), sources, createRandom(Number(values.seed)));
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
service.close();
const complete = result.notCovered.length === 0 && result.answers === Number(values.answers);
process.exitCode = complete && result.different.length === 0 ? 0 : 1;
