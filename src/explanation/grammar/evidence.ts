import { STOP_WORDS } from './common-words.ts';
import { partsOf, stem as stemOf } from './concepts.ts';
import type { Reading } from './reading.ts';
import { classesOf } from './word-classes.ts';

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

/** What stands at one place of the question: a word's form, or `<order>` for a name, and of which broad kinds a word is. */
interface Place {
  readonly form: string;
  readonly classes: readonly string[];
}

/** The question with names, dates and numbers replaced by what they are: `why be <order> split <date>`. */
function placesOf({ tokens, words, entities, unknown, ranges, starts }: Reading): Place[] {
  const out: Place[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const word = words[i];
    const entity = entities.find(({ first, last }) => i >= first && i <= last);
    const strange = unknown.find(({ at }) => at === i);
    const range = ranges.find(({ start, end }) => starts[i]! >= start && starts[i]! < end);
    let form: string;
    if (entity) form = PLACE[entity.kind]!;
    else if (strange) form = strange.kind === null ? '<name>' : PLACE[strange.kind]!;
    else if (range) form = '<date>';
    else if (word == null) continue;
    else if (/^\d/.test(word)) form = '<number>';
    else {
      for (const part of partsOf(word))
        out.push({ form: wordForm(part), classes: STOP_WORDS.has(part) ? [] : classesOf(part) });
      continue;
    }
    if (form !== out.at(-1)?.form || !form.startsWith('<')) out.push({ form, classes: [] });
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
  const places = placesOf(reading);
  const words = places.map(({ form }) => form);
  const found = new Set<string>(['bias']);
  let previous = '^';
  for (const { form, classes } of places) {
    found.add(form);
    found.add(`${previous} ${form}`);
    previous = form;
    for (const own of classes) found.add(`~${own}`);
  }
  found.add(`${previous} $`);
  // How it begins, by kinds: `bump <order>` is `^~v.motion <order>`, whichever the verb.
  for (const own of places[0]?.classes ?? []) {
    found.add(`^~${own}`);
    if (words[1] !== undefined) found.add(`^~${own} ${words[1]}`);
  }
  if (words.length > 2) found.add(`^ ${words[0]} ${words[1]} ${words[2]}`);
  const signals = [...reading.signals].map((signal) => `=${signal}`);
  for (const signal of signals) found.add(signal);
  signals.sort();
  for (const [i, a] of signals.entries()) for (const b of signals.slice(i + 1)) found.add(`${a}${b}`);
  return [...found];
}
