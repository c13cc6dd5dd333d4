// `npm run questions`: figures on every set here, or on the questions of `--folder <path>`. `--misses` lists what went wrong,
// but for the questions held back.
import { parseArgs } from 'node:util';
import { HELD_BACK, SETS, scoreQuestions } from './run.ts';

const percent = (part: number, all: number): string =>
  `${((100 * part) / Math.max(1, all)).toFixed(1)}% (${part}/${all})`;

const { values } = parseArgs({ options: { folder: { type: 'string' }, misses: { type: 'boolean', default: false } } });
const sets = values.folder === undefined ? Object.entries(SETS) : [['asked', values.folder] as const];
for (const [name, folder] of sets) {
  const { answerable, unanswerable, p95Ms, misses } = scoreQuestions(folder);
  process.stdout.write(
    [
      `${name} questions`,
      `  right plan                 ${percent(answerable.plan, answerable.all)}`,
      `  right plan and parameters  ${percent(answerable.exact, answerable.all)}`,
      `  abstained where it must    ${percent(unanswerable.abstained, unanswerable.all)}`,
      `  with the right type        ${percent(unanswerable.rightType, unanswerable.all)}`,
      `  p95                        ${p95Ms.toFixed(1)} ms`,
      '',
    ].join('\n'),
  );
  if (values.misses && !(HELD_BACK as readonly string[]).includes(name))
    for (const { file, question, wanted, got } of misses)
      process.stdout.write(`  - ${file}: ${question}\n      want ${wanted}\n      got  ${got}\n`);
}
