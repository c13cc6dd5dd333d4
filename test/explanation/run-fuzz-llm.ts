// `npm run fuzz:llm -- --runs N`: asks a lying language model and compares every answer with what the log says.
import { parseArgs } from 'node:util';
import { storeDirectory } from '#explanation/store-directory.ts';
import { demoService } from './fixture.ts';
import { fuzzLanguageModel } from './fuzz-llm.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' } } });
const { sources, service } = await demoService(40);
const orders = sources
  .query('SELECT order_id AS id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at')
  .rows.map((row) => String(row['id']));
const questions = [
  ...orders
    .slice(0, 12)
    .flatMap((id) => [
      `Why order ${id}?`,
      `Show me order ${id}`,
      `Which rules fired on ${id}?`,
      `What does ${id} cost?`,
    ]),
  'How many orders were split?',
  'What is the fill rate by node?',
  'Which rules bite most?',
  'Show me the open exceptions',
  'What is waiting for approval?',
  'Compare DC-LYON and DC-LEIPZIG',
  'Tell me a joke',
  `Cancel ${orders[0]}`,
];
const result = await fuzzLanguageModel(Number(values.runs), questions, sources, storeDirectory(sources), 300);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
service.close();
process.exitCode = result.unsupported + result.injectedPlans + result.overBudget === 0 ? 0 : 1;
