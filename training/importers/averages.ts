const DAY_MS = 86_400_000;

/** Outcomes in the order of their decisions, and how their averages forget and shrink. */
export interface History {
  /** Decision moments, epoch ms, never falling. */
  readonly times: Float64Array;
  /** What is averaged; NaN where the row has no outcome. */
  readonly outcomes: Float64Array;
  /** When each outcome was known, epoch ms. */
  readonly knownAt: Float64Array;
  /** After this many days an outcome counts half. */
  readonly halfLifeDays: number;
  /** Weight of the average of all, in rows, that a key's own average is shrunk with. */
  readonly prior: number;
  /** Averages are fixed for periods of this length, as they are between two trainings. */
  readonly periodDays: number;
}

/**
 * Deviation of each key's average outcome from the average of all, as known at the start of the row's period:
 * the same staleness that a model in service has, and no outcome that was not known by then. 0 for a key without any.
 */
export function averagesAsOf(history: History, key: (row: number) => string, rows: number): Float64Array {
  const out = new Float64Array(rows);
  const { times, knownAt, outcomes } = history;
  const known = byKnownAt(history, rows);
  const period = history.periodDays * DAY_MS;
  let next = 0;
  let current = new Map<string, number>();
  const sums = new DecayedSums(history, times[0] ?? 0);
  let periodEnd = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    if (times[row]! >= periodEnd) {
      const steps = Math.floor((times[row]! - times[0]!) / period);
      const start = times[0]! + steps * period;
      periodEnd = start + period;
      while (next < known.length && knownAt[known[next]!]! < start) {
        const at = known[next++]!;
        sums.add(key(at), outcomes[at]!, knownAt[at]!);
      }
      current = sums.averages();
    }
    out[row] = current.get(key(row)) ?? 0;
  }
  return out;
}

/** The same averages over every outcome of the table, as the end of a training knows them. */
export function averagesAtEnd(history: History, key: (row: number) => string, rows: number): Record<string, number> {
  const sums = new DecayedSums(history, history.times[0] ?? 0);
  for (const at of byKnownAt(history, rows)) sums.add(key(at), history.outcomes[at]!, history.knownAt[at]!);
  const sorted = [...sums.averages()].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, average]) => [name, Number(average.toFixed(9))]));
}

function byKnownAt({ knownAt, outcomes }: History, rows: number): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i).filter((i) => !Number.isNaN(outcomes[i]!));
  return order.sort((a, b) => knownAt[a]! - knownAt[b]! || a - b);
}

/** Sums whose weights double every half life instead of the old ones halving, so that nothing is rescaled. */
class DecayedSums {
  readonly #history: History;
  readonly #start: number;
  readonly #keys = new Map<string, { weight: number; sum: number }>();
  #weight = 0;
  #sum = 0;
  #latest = 0;

  constructor(history: History, start: number) {
    this.#history = history;
    this.#start = start;
  }

  add(key: string, outcome: number, knownAt: number): void {
    const age = (knownAt - this.#start) / DAY_MS / this.#history.halfLifeDays;
    const weight = 2 ** age;
    this.#latest = Math.max(this.#latest, weight);
    const entry = this.#keys.get(key) ?? { weight: 0, sum: 0 };
    entry.weight += weight;
    entry.sum += weight * outcome;
    this.#keys.set(key, entry);
    this.#weight += weight;
    this.#sum += weight * outcome;
  }

  averages(): Map<string, number> {
    const all = this.#weight > 0 ? this.#sum / this.#weight : 0;
    const prior = this.#history.prior * this.#latest;
    const averages = new Map<string, number>();
    for (const [key, { weight, sum }] of this.#keys) averages.set(key, (sum - weight * all) / (weight + prior));
    return averages;
  }
}
