// `npm run questions`: figures on the tuning questions and on those held back. `--misses` lists what went wrong in the former.
import { scoreQuestions } from './run.ts';

const percent = (part: number, all: number): string =>
  `${((100 * part) / Math.max(1, all)).toFixed(1)}% (${part}/${all})`;

for (const split of ['', 'held-out/'] as const) {
  const { answerable, unanswerable, p95Ms, misses } = scoreQuestions(split);
  process.stdout.write(
    [
      split === '' ? 'tuning questions' : 'held-out questions',
      `  right plan                 ${percent(answerable.plan, answerable.all)}`,
      `  right plan and parameters  ${percent(answerable.exact, answerable.all)}`,
      `  abstained where it must    ${percent(unanswerable.abstained, unanswerable.all)}`,
      `  with the right type        ${percent(unanswerable.rightType, unanswerable.all)}`,
      `  p95                        ${p95Ms.toFixed(1)} ms`,
      '',
    ].join('\n'),
  );
  if (split === '' && process.argv.includes('--misses'))
    for (const { question, wanted, got } of misses)
      process.stdout.write(`  - ${question}\n      want ${wanted}\n      got  ${got}\n`);
}
