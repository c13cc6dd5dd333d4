// `npm run questions:train`: learns from the phrases here and the questions that teach which words speak for which plan, and
// writes src/explanation/grammar/intent-weights.json. The questions held back are not read.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Directory, directoryOf, type ListedKind } from '#explanation/grammar/directory.ts';
import { taughtPhrases, taughtQuestions } from './examples.ts';
import { learn } from './learn.ts';

const asked = fileURLToPath(new URL('../../test/questions/', import.meta.url));

function directory(): Directory {
  const { recorded, ...lists } = JSON.parse(readFileSync(`${asked}directory.json`, 'utf8')) as {
    recorded: { from: string; to: string };
  } & Record<ListedKind | 'order', string[]>;
  return directoryOf(lists, { from: Date.parse(recorded.from), to: Date.parse(recorded.to) });
}

const styles = readdirSync(`${asked}taught`).sort();
const folders = [asked, `${asked}independent/`, ...styles.map((style) => `${asked}taught/${style}/`)];
const labelled = [...taughtPhrases(), ...folders.flatMap(taughtQuestions)];
const { labels, weights } = learn(labelled, directory());
const rows = [...weights].map(([feature, pairs]) => `${JSON.stringify(feature)}: ${JSON.stringify(pairs)}`);
writeFileSync(
  fileURLToPath(new URL('../../src/explanation/grammar/intent-weights.json', import.meta.url)),
  `{\n"labels": ${JSON.stringify(labels)},\n"weights": {\n${rows.join(',\n')}\n}\n}\n`,
);
process.stdout.write(`${labelled.length} questions of ${labels.length} labels, ${rows.length} features\n`);
