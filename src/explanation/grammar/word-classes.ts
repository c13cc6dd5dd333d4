import { stem } from './concepts.ts';
import file from './word-classes.json' with { type: 'json' };

const classes = new Map<string, string[]>();
for (const [name, words] of Object.entries(file))
  for (const word of words.split(' ')) {
    const own = classes.get(word);
    if (own) own.push(name);
    else classes.set(word, [name]);
  }

const NONE: readonly string[] = [];

/** The broad kinds an everyday English word belongs to (`v.motion`, `n.food`), after WordNet; empty where it is not known. */
export function classesOf(word: string): readonly string[] {
  const stemmed = stem(word);
  return classes.get(stemmed) ?? classes.get(`${stemmed}e`) ?? NONE;
}
