import type { Instant } from '#domain/time.ts';
import type { Signal } from '#explanation/catalogue/plan.ts';
import type { Clock } from './calendar.ts';
import { STOP_WORDS } from './common-words.ts';
import { findConcepts, findMetrics, type Hit, isKnown, repaired } from './concepts.ts';
import { withoutCourtesy } from './courtesy.ts';
import { type FoundRange, findRanges } from './dates.ts';
import type { Directory, Kind } from './directory.ts';
import { type Entity, findEntities } from './entities.ts';
import { groupNamed } from './grouping.ts';
import type { Concept } from './lexicon.ts';
import type { Metric } from './metrics.ts';
import { type Token, tokenize } from './normalize.ts';
import type { Unknown } from './unknown-names.ts';

/** Everything the grammar found in a question, before any plan is considered. */
export interface Reading {
  readonly tokens: readonly Token[];
  /** Where each token stands in the text that dates were read on. */
  readonly starts: readonly number[];
  /** Repaired words; null where an identifier or a date stood. */
  readonly words: readonly (string | null)[];
  /** The words joined, `#` for what was an identifier, `@` for a date: for the small patterns of the slots. */
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly unknown: readonly Unknown[];
  readonly ranges: readonly FoundRange[];
  readonly hits: readonly Hit<Concept>[];
  readonly metrics: readonly Metric[];
  readonly signals: ReadonlySet<Signal>;
  /** Words with a meaning of their own that nothing here knows. */
  readonly strange: number;
}

/** Endings of `may` and `sun` that are no dates. */
function isDate(range: FoundRange, text: string): boolean {
  const named = text.slice(range.start, range.end);
  const before = text.slice(0, range.start).trimEnd();
  return (
    !/^(?:the )?(?:may|sun|sat|mar|second)$/.test(named.trim()) ||
    /\b(?:in|of|since|during|for|until|till|from|and|to|by|before|after|on)$/.test(before)
  );
}

export function ids(reading: Pick<Reading, 'entities'>, kind: Kind): string[] {
  return [...new Set(reading.entities.filter((entity) => entity.kind === kind).map(({ id }) => id))];
}

const COUNTED: readonly (readonly [Kind, Signal, Signal | null])[] = [
  ['order', 'ORDER_ID', null],
  ['node', 'NODE_ID', 'TWO_NODES'],
  ['zone', 'ZONE_ID', null],
  ['customer', 'CUSTOMER_ID', null],
  ['customerTier', 'TIER_ID', null],
  ['channel', 'CHANNEL_ID', null],
  ['item', 'ITEM_ID', null],
  ['rule', 'RULE_ID', null],
  ['owner', 'OWNER_ID', null],
];

/** `before`: start of the period asked about before, for `and the month before that?`. */
export function readQuestion(question: string, clock: Clock, directory: Directory, before?: Instant): Reading {
  const tokens = withoutCourtesy(tokenize(question));
  // Dates are read on the repaired words, so that `yesteday` is one; positions lead back to the tokens.
  let joined = '';
  const starts: number[] = [];
  for (const token of tokens) {
    starts.push(joined.length);
    joined += `${/\d/.test(token.word) ? token.word : repaired(token.word)} `;
  }
  const ranges = findRanges(joined, clock, before).filter((range) => isDate(range, joined));
  const dated = new Set<number>();
  for (const [i, start] of starts.entries())
    if (ranges.some((range) => start >= range.start && start < range.end)) dated.add(i);
  // A preposition before a date stays a word of the question.
  const { found, unknown } = findEntities(tokens, dated, directory);
  const named = new Set<number>();
  // A department's name is often an everyday word, so it goes on counting as one.
  for (const { kind, first, last } of found) if (kind !== 'owner') for (let i = first; i <= last; i++) named.add(i);
  for (const { at } of unknown) named.add(at);
  const words = tokens.map(({ word }, i) => (named.has(i) || dated.has(i) ? null : repaired(word)));
  const metricHits = findMetrics(words);
  const inMetric = (hit: Hit<Concept>) =>
    metricHits.some(({ first, last }) => hit.first >= first && hit.last <= last) && hit.means !== 'COST';
  const hits = findConcepts(words).filter((hit) => !inMetric(hit));
  const signals = new Set<Signal>(hits.map(({ means }) => means));
  for (const [kind, one, two] of COUNTED) {
    const count = new Set(found.filter((entity) => entity.kind === kind).map(({ id }) => id)).size;
    if (count > 0) signals.add(one);
    if (count > 1 && two) signals.add(two);
  }
  const carriers = new Set(found.filter(({ kind }) => kind === 'carrier').map(({ id }) => id)).size;
  const services = new Set(found.filter(({ kind }) => kind === 'carrierService').map(({ id }) => id)).size;
  if (carriers + services > 0) signals.add('CARRIER_ID');
  if (carriers > 1 || services > 1) signals.add('TWO_CARRIERS');
  if (ranges.length > 0) signals.add('PERIOD');
  if (ranges.length > 1) signals.add('TWO_PERIODS');
  if (metricHits.length > 0) signals.add('METRIC');
  if (words.some((word) => word !== null && /^\d+$/.test(word))) signals.add('NUMBER');
  const covered = new Set<number>();
  for (const { first, last } of [...hits, ...metricHits]) for (let i = first; i <= last; i++) covered.add(i);
  const strange = words.filter(
    (word, i) =>
      word !== null &&
      !covered.has(i) &&
      !STOP_WORDS.has(word) &&
      !/^[\d%€$£#]/.test(word) &&
      (!isKnown(word) || word.length > 3),
  ).length;
  const kinds = new Map<number, string>();
  for (const { first, last } of found) for (let i = first; i <= last; i++) kinds.set(i, i === first ? '#' : '');
  const text = words
    .map((word, i) => word ?? (dated.has(i) ? '@' : (kinds.get(i) ?? '#')))
    .filter(Boolean)
    .join(' ');
  if (groupNamed(text, ranges) !== undefined) signals.add('GROUPED');
  return {
    tokens,
    starts,
    words,
    text,
    entities: found,
    unknown,
    ranges,
    hits,
    metrics: metricHits.map(({ means }) => means),
    signals,
    strange,
  };
}
