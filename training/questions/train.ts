// `npm run questions:train`: learns from the phrases here and the tuning questions which words speak for which plan, and writes
// src/explanation/grammar/intent-weights.json. The questions held back are not read.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Directory, directoryOf, type ListedKind } from '#explanation/grammar/directory.ts';
import { evidenceOf } from '#explanation/grammar/evidence.ts';
import { readQuestion } from '#explanation/grammar/reading.ts';
import { scoped } from '#explanation/grammar/scope.ts';
import { randomFrom } from '../random.ts';
import { type Example, fit } from './fit.ts';
import { phrasesIn } from './render.ts';

interface Labelled {
  readonly text: string;
  readonly label: string;
  readonly line: string;
  readonly weight: number;
}

const SEED = 1;
const RENDERINGS = 6;
/** Below this a weight is noise. */
const LEAST = 0.2;

const here = fileURLToPath(new URL('.', import.meta.url));
const asked = fileURLToPath(new URL('../../test/questions/', import.meta.url));

function directory(): Directory {
  const { recorded, ...lists } = JSON.parse(readFileSync(`${asked}directory.json`, 'utf8')) as {
    recorded: { from: string; to: string };
  } & Record<ListedKind | 'order', string[]>;
  return directoryOf(lists, { from: Date.parse(recorded.from), to: Date.parse(recorded.to) });
}

/** Questions with a plan from a folder of question files; follow-ups lean on the question before and teach nothing. */
function questionsIn(folder: string): Labelled[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => name.endsWith('.json') && name !== 'directory.json')
    .flatMap((name) => {
      const { questions } = JSON.parse(readFileSync(folder + name, 'utf8')) as {
        questions: { question: string; plan?: string; after?: string }[];
      };
      return questions.flatMap(({ question, plan, after }, i) =>
        plan === undefined || after !== undefined
          ? []
          : [{ text: scoped(question).text || question, label: plan, line: `${folder}${name}${i}`, weight: 1 }],
      );
    });
}

const phrases = phrasesIn(`${here}phrases`, RENDERINGS, SEED);
const renderings = new Map<number, number>();
for (const { line } of phrases) renderings.set(line, (renderings.get(line) ?? 0) + 1);
const skip = process.argv.includes('--without-independent');
const STYLES = ['terse', 'indirect', 'precise', 'colloquial'];
const taught = process.argv.includes('--without-taught') ? [] : STYLES.map((style) => `${asked}taught/${style}/`);
const labelled: Labelled[] = [
  ...phrases.map(({ label, text, line }) => ({
    label,
    text,
    line: String(line),
    weight: 1 / Math.sqrt(renderings.get(line)!),
  })),
  ...questionsIn(asked),
  ...(skip ? [] : questionsIn(`${asked}independent/`)),
  ...taught.flatMap(questionsIn),
];
const names = directory();
const clock = { now: Date.parse('2026-11-24T10:00:00Z'), zone: 'Europe/Berlin' };
const lines = new Map<string, Set<string>>();
const examples: Example[] = labelled.map(({ text, label, line, weight }) => {
  const features = evidenceOf(readQuestion(text, clock, names));
  for (const feature of features) {
    const seen = lines.get(feature);
    if (seen) seen.add(line);
    else lines.set(feature, new Set([line]));
  }
  return { features, label, weight };
});
const seen = new Map([...lines].map(([feature, of]) => [feature, of.size]));
const { labels, weights } = fit(examples, randomFrom(SEED), seen);
const rows = [...weights.entries()]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .flatMap(([feature, values]) => {
    const pairs = [...values].flatMap((value, k) => (Math.abs(value) < LEAST ? [] : [k, Math.round(value * 100)]));
    return pairs.length === 0 ? [] : [`${JSON.stringify(feature)}: ${JSON.stringify(pairs)}`];
  });
writeFileSync(
  fileURLToPath(new URL('../../src/explanation/grammar/intent-weights.json', import.meta.url)),
  `{\n"labels": ${JSON.stringify(labels)},\n"weights": {\n${rows.join(',\n')}\n}\n}\n`,
);
process.stdout.write(`${examples.length} examples of ${labels.length} labels, ${rows.length} features\n`);
