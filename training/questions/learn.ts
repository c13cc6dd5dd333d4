import type { Directory } from '#explanation/grammar/directory.ts';
import { evidenceOf } from '#explanation/grammar/evidence.ts';
import type { IntentModel } from '#explanation/grammar/intent.ts';
import { readQuestion } from '#explanation/grammar/reading.ts';
import { randomFrom } from '../random.ts';
import type { Labelled } from './examples.ts';
import { type Example, fit } from './fit.ts';

const SEED = 1;
/** Below this a weight is noise. */
const LEAST = 0.2;
const clock = { now: Date.parse('2026-11-24T10:00:00Z'), zone: 'Europe/Berlin' };

/** Learns which words speak for which plan or refusal. A feature counts as seen once for each line, however often rendered. */
export function learn(labelled: readonly Labelled[], directory: Directory): IntentModel {
  const lines = new Map<string, Set<string>>();
  const examples: Example[] = labelled.map(({ text, labels, line, weight }) => {
    const reading = readQuestion(text, clock, directory);
    const features = evidenceOf(reading);
    for (const feature of features) {
      const seen = lines.get(feature);
      if (seen) seen.add(line);
      else lines.set(feature, new Set([line]));
    }
    return { features, labels, weight };
  });
  const seen = new Map([...lines].map(([feature, of]) => [feature, of.size]));
  const { labels, weights } = fit(examples, randomFrom(SEED), seen);
  return {
    labels,
    weights: new Map(
      [...weights.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([feature, values]) => {
          const pairs = [...values].flatMap((value, k) =>
            Math.abs(value) < LEAST ? [] : [k, Math.round(value * 100)],
          );
          return pairs.length === 0 ? [] : [[feature, pairs] as const];
        }),
    ),
  };
}
