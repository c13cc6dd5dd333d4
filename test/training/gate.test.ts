import { describe, expect, test } from 'vitest';
import type { Labelled } from '#training/dataset.ts';
import { type GateInput, type GateModel, gate } from '#training/gate.ts';
import { randomFrom } from '#training/random.ts';

const DAY = 86_400_000;
const END = Date.UTC(2024, 5, 1);
const ROWS = 3000;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Rows of a world with two causes of being late; `planted` adds a feature. */
function world(seed: number, planted?: (label: number, next: () => number) => number) {
  const random = randomFrom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const columns = planted ? 3 : 2;
  const values = new Float64Array(ROWS * columns);
  const odds = new Float64Array(ROWS);
  const labels = new Float64Array(ROWS);
  const mode = Array.from(
    { length: ROWS },
    () => ['AIR', 'SEA', 'ROAD', 'RAIL'][random.below(10) < 1 ? 1 : random.below(3) === 0 ? 3 : random.below(2) * 2]!,
  );
  for (let row = 0; row < ROWS; row++) {
    const [distance, load] = [normal(), normal()];
    values.set([distance, load], row * columns);
    odds[row] = -1 + 1.2 * distance + 0.9 * load;
    labels[row] = random.next() < sigmoid(odds[row]!) ? 1 : 0;
    if (planted) values[row * columns + 2] = planted(labels[row]!, () => random.next());
  }
  const feature = (name: string) => ({ name, type: 'number', unit: '', description: name }) as const;
  const features = ['distance', 'load', ...(planted ? ['scanCount'] : [])].map(feature);
  const facts = {
    ids: Array.from(labels.keys(), String),
    times: Float64Array.from(labels.keys(), (row) => END + DAY + row * 60_000),
    dated: true,
    labels,
    segments: [{ name: 'mode', of: (row: number) => mode[row]! }],
  };
  const dataset = {
    facts,
    featureSet: { featureSetId: 'made-up@1', task: 'delay', features },
    matrix: { rows: ROWS, columns, values },
  } as unknown as Labelled;
  return { dataset, odds, values, columns, mode, random };
}
type World = ReturnType<typeof world>;

const model = (name: string, probabilities: Float64Array, trainedUntil = END): GateModel => ({
  name,
  probabilities,
  trainedUntil,
});
/** The champion knows the distance only. */
const champion = ({ values, columns }: World): GateModel =>
  model(
    'champion',
    Float64Array.from({ length: ROWS }, (_, row) => sigmoid(-0.85 + 1.02 * values[row * columns]!)),
    END - 30 * DAY,
  );
const truth = ({ odds }: World, of: (x: number, row: number) => number = (x) => x): Float64Array =>
  odds.map(of).map(sigmoid);

function judge(made: World, challenger: GateModel, more: Partial<GateInput> = {}) {
  return gate({
    task: 'delay',
    challenger,
    champion: champion(made),
    dataset: made.dataset,
    threshold: 0.5,
    approvals: ['Ana', 'Ben'],
    seed: 1,
    ...more,
  });
}
const failed = (result: ReturnType<typeof judge>): string[] =>
  result.checks.filter(({ passed }) => !passed).map(({ name }) => name);

describe('20 planted bad challengers are refused, each for its reason', () => {
  test.each([1, 2, 3, 4, 5])('leaking %i: a feature that nearly is the outcome', (seed) => {
    const made = world(seed, (label, next) => label + (next() < 0.003 * seed ? 1 - 2 * label : 0) + 0.1 * next());
    const result = judge(
      made,
      model(
        'leaking',
        made.dataset.facts.labels.map((label) => 0.02 + 0.96 * label),
      ),
    );
    expect(result.passed).toBe(false);
    expect(failed(result)).toContain('every feature known at decision time');
  });

  test.each([
    [11, (x: number) => 1.6 * x],
    [12, (x: number) => 0.6 * x],
    [13, (x: number) => x + 0.5],
    [14, (x: number) => x - 0.6],
    [15, (x: number) => 1.3 * x + 0.2],
  ])('mis-calibrated %i', (seed, of) => {
    const made = world(seed);
    const result = judge(made, model('mis-calibrated', truth(made, of)));
    expect(result.passed).toBe(false);
    expect(failed(result).some((name) => name.startsWith('calibration'))).toBe(true);
  });

  test.each([21, 22, 23, 24, 25])('stale %i: an older window and an older world', (seed) => {
    const made = world(seed);
    const old = Float64Array.from(made.odds.keys(), (row) =>
      sigmoid(-2 + 0.3 * made.values[2 * row]! + 0.02 * seed * made.values[2 * row + 1]!),
    );
    const result = judge(made, model('stale', old, END - 400 * DAY));
    expect(result.passed).toBe(false);
    expect(failed(result)).toEqual(
      expect.arrayContaining(['not older than the champion', 'lower log loss, paired bootstrap']),
    );
  });

  test.each([31, 32, 33, 34, 35])('worse on a segment %i, better on the whole', (seed) => {
    const made = world(seed);
    const probabilities = truth(made, (x, row) => (made.mode[row] === 'SEA' ? -0.9 + 0.2 * made.values[2 * row]! : x));
    // Their order within the segment is turned for half of the rows.
    probabilities.forEach((p, row) => {
      if (made.mode[row] === 'SEA' && row % 2 === 0) probabilities[row] = 0.6 - p;
    });
    const result = judge(made, model('worse on sea', probabilities));
    expect(result.checks.find(({ name }) => name === 'lower log loss, paired bootstrap')?.passed).toBe(true);
    expect(failed(result)).toContain('no segment loses over 2 points');
  });
});

test('good challengers are let through', () => {
  let passed = 0;
  for (let seed = 100; seed < 120; seed++) {
    const made = world(seed);
    const result = judge(made, model('good', truth(made)));
    // No segment loses by a negative number: the worst of them gains.
    expect(result.checks.map(({ found }) => String(found)).join('\n')).not.toMatch(/loses -/);
    if (result.passed) passed++;
    // The null p95 refuses one perfect model in twenty by definition; nothing else may refuse one.
    else expect(failed(result).every((name) => name.startsWith('calibration'))).toBe(true);
  }
  expect(passed).toBeGreaterThanOrEqual(17);
});

test('flips are every decision that crosses the threshold, and no other', () => {
  const made = world(7);
  const good = truth(made);
  const before = champion(made).probabilities;
  const { flips } = judge(made, model('good', good));
  const expected = made.dataset.facts.ids.filter((_, row) => before[row]! >= 0.5 !== good[row]! >= 0.5);
  expect(expected.length).toBeGreaterThan(50);
  expect(flips.map(({ id }) => id)).toEqual(expected);
});

test('one person alone does not approve, also under two spellings', () => {
  const made = world(100);
  const result = judge(made, model('good', truth(made)), { approvals: ['Ana', ' ana '] });
  expect(failed(result)).toEqual(['two people approve']);
});

test('rows of the training window do not count as later', () => {
  const made = world(100);
  const result = judge(made, model('good', truth(made), END + 30 * DAY));
  expect(failed(result)).toContain('rows later than the training');
});

test('a champion that misses its calibration is beaten by one that is closer', () => {
  const made = world(101);
  const off: GateModel = { ...champion(made), probabilities: champion(made).probabilities.map((p) => p ** 2) };
  const closer = judge(
    made,
    model(
      'closer',
      truth(made, (x) => x - 0.15),
    ),
    { champion: off },
  );
  expect(failed(closer)).toEqual([]);
});
