// `npm run questions:styles`: learns from all sets that teach but one, asks that one, for each in turn: how well what is learnt
// from some hands carries over to another. Without the phrases, because those were written when the styles were known (`--phrases`
// takes them too); the lexicon knows the styles as well, so first contact is below these figures. `--misses` lists what went wrong.
import { parseArgs } from 'node:util';
import { taughtPhrases, taughtQuestions } from '../../training/questions/examples.ts';
import { learn } from '../../training/questions/learn.ts';
import { questionDirectory, SETS, scoreQuestions, TEACHING } from './run.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const { values } = parseArgs({
  options: { misses: { type: 'boolean', default: false }, phrases: { type: 'boolean', default: false } },
});
const phrases = values.phrases ? taughtPhrases() : [];
let plans = 0;
let abstentions = 0;
for (const left of TEACHING) {
  const others = TEACHING.filter((set) => set !== left).flatMap((set) => taughtQuestions(SETS[set]));
  const learnt = learn([...phrases, ...others], questionDirectory());
  const { answerable, unanswerable, misses } = scoreQuestions(SETS[left], learnt);
  const plan = answerable.plan / answerable.all;
  const abstained = unanswerable.abstained / unanswerable.all;
  plans += plan / TEACHING.length;
  abstentions += abstained / TEACHING.length;
  process.stdout.write(`${left.padEnd(18)} right plan ${percent(plan)}, abstained ${percent(abstained)}\n`);
  if (values.misses)
    for (const { question, wanted, got } of misses)
      process.stdout.write(`  - ${question}\n      want ${wanted}\n      got  ${got}\n`);
}
process.stdout.write(`${'mean'.padEnd(18)} right plan ${percent(plans)}, abstained ${percent(abstentions)}\n`);
