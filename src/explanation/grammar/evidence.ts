import { partsOf, stem as stemOf } from './concepts.ts';
import type { Reading } from './reading.ts';

const PLACE: Readonly<Record<string, string>> = {
  order: '<order>',
  node: '<node>',
  carrier: '<carrier>',
  carrierService: '<service>',
  zone: '<zone>',
  customer: '<customer>',
  customerTier: '<tier>',
  channel: '<channel>',
  item: '<item>',
  rule: '<rule>',
  owner: '<owner>',
};

/** The question with names, dates and numbers replaced by what they are: `why be <order> split <date>`. */
export function stream({ tokens, words, entities, unknown, ranges, starts }: Reading): string[] {
  const out: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const word = words[i];
    const entity = entities.find(({ first, last }) => i >= first && i <= last);
    const strange = unknown.find(({ at }) => at === i);
    const range = ranges.find(({ start, end }) => starts[i]! >= start && starts[i]! < end);
    let next: string;
    if (entity) next = PLACE[entity.kind]!;
    else if (strange) next = strange.kind === null ? '<name>' : PLACE[strange.kind]!;
    else if (range) next = '<date>';
    else if (word == null) continue;
    else if (/^\d/.test(word)) next = '<number>';
    else {
      out.push(...partsOf(word).map(wordForm));
      continue;
    }
    if (next !== out.at(-1) || !next.startsWith('<')) out.push(next);
  }
  return out;
}

const BE = new Set('is are was were be been being am'.split(' '));
const DO = new Set('do does did done doing'.split(' '));
const HAVE = new Set('have has had having'.split(' '));

function wordForm(word: string): string {
  if (BE.has(word)) return 'be';
  if (DO.has(word)) return 'do';
  if (HAVE.has(word)) return 'have';
  return stemOf(word);
}

/** What speaks for one plan or another: words, pairs of neighbours, concepts, and which things are named. */
export function evidenceOf(reading: Reading): string[] {
  const words = stream(reading);
  const found = new Set<string>(['bias']);
  let previous = '^';
  for (const word of words) {
    found.add(word);
    found.add(`${previous} ${word}`);
    previous = word;
  }
  found.add(`${previous} $`);
  for (let i = 0; i + 2 < words.length; i++) if (i === 0) found.add(`^ ${words[0]} ${words[1]} ${words[2]}`);
  const signals = [...reading.signals].map((signal) => `=${signal}`);
  for (const signal of signals) found.add(signal);
  signals.sort();
  for (const [i, a] of signals.entries()) for (const b of signals.slice(i + 1)) found.add(`${a}${b}`);
  return [...found];
}
