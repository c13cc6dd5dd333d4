import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { REFUSED } from '#explanation/grammar/intent.ts';
import { scoped } from '#explanation/grammar/scope.ts';
import { phrasesIn } from './render.ts';

/** A question to learn from. */
export interface Labelled {
  readonly text: string;
  /** The plan, or the kinds of refusal of which one is right. */
  readonly labels: readonly string[];
  /** What it was made from: renderings of one phrase share it. */
  readonly line: string;
  readonly weight: number;
}

const SEED = 1;
const RENDERINGS = 6;
const KINDS: Readonly<Record<string, readonly string[]>> = {
  out_of_scope: REFUSED.filter((kind) => kind !== 'personal'),
};

/** The phrases written to teach, each rendered a few times. */
export function taughtPhrases(): Labelled[] {
  const phrases = phrasesIn(fileURLToPath(new URL('phrases', import.meta.url)), RENDERINGS, SEED);
  const renderings = new Map<number, number>();
  for (const { line } of phrases) renderings.set(line, (renderings.get(line) ?? 0) + 1);
  return phrases.map(({ label, text, line }) => ({
    labels: [label],
    text,
    line: String(line),
    weight: 1 / Math.sqrt(renderings.get(line)!),
  }));
}

/**
 * The questions of a folder that have a plan, or that nothing answers. Follow-ups lean on the question before and teach nothing;
 * nor does what depends on a name, a role or a missing order.
 */
export function taughtQuestions(folder: string): Labelled[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => name.endsWith('.json') && name !== 'directory.json')
    .flatMap((name) => {
      const { questions } = JSON.parse(readFileSync(folder + name, 'utf8')) as {
        questions: { question: string; plan?: string; abstain?: string; after?: string }[];
      };
      return questions.flatMap(({ question, plan, abstain, after }, i) => {
        const labels = plan === undefined ? KINDS[abstain!] : [plan];
        if (labels === undefined || after !== undefined || (plan === undefined && name.startsWith('hidden'))) return [];
        return [{ text: scoped(question).text || question, labels, line: `${folder}${name}${i}`, weight: 1 }];
      });
    });
}
