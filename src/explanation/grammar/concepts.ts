import { KNOWN_WORDS, STOP_WORDS } from './common-words.ts';
import { type Concept, LEXICON } from './lexicon.ts';
import { METRIC_WORDS, type Metric } from './metrics.ts';
import { tokenize } from './normalize.ts';
import { corrected, unshortened } from './spelling.ts';

interface Phrase<T> {
  readonly stems: readonly string[];
  readonly means: T;
}

/** A concept that the question names, and by which tokens. */
export interface Hit<T> {
  readonly means: T;
  readonly first: number;
  readonly last: number;
}

/** Endings away, so that `splits`, `splitting` and `split` are one word. Applied to both sides, so it need not be a real stem. */
export function stem(word: string): string {
  if (word.length <= 4)
    return word.length === 4 && word.endsWith('s') && !/(ss|is|us)$/.test(word) ? word.slice(0, -1) : word;
  let out = word;
  if (out.endsWith('ies')) out = `${out.slice(0, -3)}y`;
  else if (/(ss|us|is)$/.test(out)) return out;
  else if (/(sh|ch|x|z|ss)es$/.test(out)) out = out.slice(0, -2);
  else if (out.endsWith('s')) out = out.slice(0, -1);
  if (out.length > 5 && out.endsWith('ing')) out = out.slice(0, -3);
  else if (out.length > 4 && out.endsWith('ed')) out = out.slice(0, -2);
  if (/([bdfgklmnprt])\1$/.test(out) && out.length > 4) out = out.slice(0, -1);
  return out.length > 3 && out.endsWith('e') ? out.slice(0, -1) : out;
}

function compile<T>(entries: Iterable<readonly [T, readonly string[]]>): Map<string, Phrase<T>[]> {
  const byFirst = new Map<string, Phrase<T>[]>();
  for (const [means, texts] of entries)
    for (const text of texts) {
      const stems = tokenize(text).map(({ word }) => stem(word));
      const first = stems[0];
      if (first === undefined) continue;
      byFirst.set(first, [...(byFirst.get(first) ?? []), { stems, means }]);
    }
  return byFirst;
}

const concepts = compile(Object.entries(LEXICON) as [Concept, readonly string[]][]);
const metrics = compile(Object.entries(METRIC_WORDS) as [Metric, readonly string[]][]);

const vocabulary: ReadonlySet<string> = new Set([
  ...STOP_WORDS,
  ...KNOWN_WORDS,
  ...[...Object.values(LEXICON), ...Object.values(METRIC_WORDS)].flatMap((texts) =>
    texts.flatMap((text) => tokenize(text).map(({ word }) => word)),
  ),
]);
const stems: ReadonlySet<string> = new Set([...vocabulary].map(stem));

/** True for a word that the lexicon, or everyday English as far as it matters here, has. */
export function isKnown(word: string): boolean {
  return vocabulary.has(word) || stems.has(stem(word));
}

/** `second-best` is two words unless it is known as one. */
export function partsOf(word: string): readonly string[] {
  return /^[a-z]+(?:-[a-z]+)+$/.test(word) && !isKnown(word) ? word.split('-').map(repaired) : [word];
}

const corrections = new Map<string, string>();

/** The word with a slip of the pen undone. */
export function repaired(word: string): string {
  if (isKnown(word)) return word;
  let fixed = corrections.get(word);
  if (fixed === undefined) {
    fixed = corrected(word, vocabulary);
    if (fixed === word) fixed = unshortened(word, vocabulary);
    if (corrections.size > 5_000) corrections.clear();
    corrections.set(word, fixed);
  }
  return fixed;
}

function find<T>(words: readonly (string | null)[], phrases: Map<string, Phrase<T>[]>): Hit<T>[] {
  const hits: Hit<T>[] = [];
  const parts = words.flatMap((word, at): { readonly stem: string | null; readonly at: number }[] =>
    word === null ? [{ stem: null, at }] : partsOf(word).map((part) => ({ stem: stem(part), at })),
  );
  for (const [i, { stem: start, at }] of parts.entries()) {
    if (start === null) continue;
    for (const { stems: wanted, means } of phrases.get(start) ?? [])
      if (wanted.every((part, k) => parts[i + k]?.stem === part))
        hits.push({ means, first: at, last: parts[i + wanted.length - 1]!.at });
  }
  return hits;
}

/** Concepts that `words` name; null stands where a token was an identifier or a date. */
export function findConcepts(words: readonly (string | null)[]): Hit<Concept>[] {
  const all = find(words, concepts);
  // `what did I miss` says nothing about missed promises: a long phrase keeps its words to itself.
  const long = all.filter(
    ({ means, first, last }) => last - first >= 2 && (means === 'NEWS' || means === 'WOULD_CHANGE'),
  );
  return all.filter(
    (hit) =>
      hit.means === 'WHY' ||
      hit.first !== hit.last ||
      !long.some(({ means, first, last }) => means !== hit.means && hit.first >= first && hit.last <= last),
  );
}

/** KPI names, longest first, none overlapping. */
export function findMetrics(words: readonly (string | null)[]): Hit<Metric>[] {
  const all = find(words, metrics).sort((a, b) => b.last - b.first - (a.last - a.first));
  const kept: Hit<Metric>[] = [];
  for (const hit of all) if (!kept.some(({ first, last }) => hit.first <= last && hit.last >= first)) kept.push(hit);
  return kept.sort((a, b) => a.first - b.first);
}
