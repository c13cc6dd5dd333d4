/**
 * A model file read, scored and explained by the definitions, without any code of `models/`: trees by walking them,
 * attributions as Shapley values over every subset of the features a tree asks about.
 */
interface Feature {
  readonly name: string;
  readonly type: 'number' | 'category';
  readonly unit: string;
  readonly categories?: readonly string[];
  readonly owner?: string;
}

interface Trees {
  readonly base: number;
  readonly roots: readonly number[];
  readonly feature: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
  readonly flags: readonly number[];
  readonly cover: readonly number[];
  readonly sets: readonly number[];
}

/** A row as it was recorded; null is missing. */
export type Row = readonly (number | null)[];

export interface SlowModel {
  readonly features: readonly Feature[];
  readonly probability: (row: Row) => number;
  /** What each feature adds to the margin. */
  readonly contributions: (row: Row) => number[];
  /** Values of a feature just below and above which the score may jump, given the rest of the row. */
  readonly turns: (row: Row, feature: number) => number[];
}

type Packed = Readonly<Record<string, string>>;

/** `{"$i32": base64}`: the little-endian elements. */
function unpacked(packed: Packed): number[] {
  const [[tag, text]] = Object.entries(packed) as [[string, string]];
  const bytes = Buffer.from(text, 'base64');
  const read: Readonly<Record<string, readonly [number, (at: number) => number]>> = {
    $f64: [8, (at) => bytes.readDoubleLE(at)],
    $i32: [4, (at) => bytes.readInt32LE(at)],
    $u32: [4, (at) => bytes.readUInt32LE(at)],
    $u8: [1, (at) => bytes.readUInt8(at)],
  };
  const [size, at] = read[tag]!;
  return Array.from({ length: bytes.length / size }, (_, index) => at(index * size));
}

function treesOf(body: Readonly<Record<string, Packed | number | string>>): Trees {
  if (body['inputs'] !== 'double') throw new Error(`inputs are ${body['inputs']}; this reads doubles only`);
  const list = (name: string): number[] => unpacked(body[name] as Packed);
  const base = body['base'] as number;
  const [roots, feature, left, right] = [list('roots'), list('feature'), list('left'), list('right')];
  return {
    base,
    roots,
    feature,
    left,
    right,
    value: list('value'),
    flags: list('flags'),
    cover: list('cover'),
    sets: list('sets'),
  };
}

/** Flags of a node: 1 asks for a category, 2 sends what is missing left, 4 and 8 say what is missing: zero too, or NaN. */
function next({ value, flags, left, right, sets }: Trees, node: number, input: number | null): number {
  const flag = flags[node]!;
  const [yes, no] = [left[node]!, right[node]!];
  const missing = (flag & 2) !== 0 ? yes : no;
  if ((flag & 1) !== 0) {
    if (input === null) return missing;
    const words = sets.slice(value[node]! + 1, value[node]! + 1 + sets[value[node]!]!);
    const listed = words.flatMap((word, index) =>
      [...Array(32).keys()].flatMap((bit) => ((word >>> bit) & 1 ? [index * 32 + bit] : [])),
    );
    return listed.includes(Math.trunc(input)) ? yes : no;
  }
  if (input === null && (flag & 12) !== 0) return missing;
  if (input === 0 && (flag & 12) === 4) return missing;
  return (input ?? 0) <= value[node]! ? yes : no;
}

function margin(trees: Trees, row: Row): number {
  return trees.roots.reduce((sum, root) => {
    let node = root;
    while (trees.feature[node]! >= 0) node = next(trees, node, row[trees.feature[node]!]!);
    return sum + trees.value[node]!;
  }, trees.base);
}

/** What a tree says when only the features in `known` are: both ways by their training weight where it is not. */
function expected(trees: Trees, node: number, row: Row, known: ReadonlySet<number>): number {
  const feature = trees.feature[node]!;
  if (feature < 0) return trees.value[node]!;
  if (known.has(feature)) return expected(trees, next(trees, node, row[feature]!), row, known);
  const [left, right] = [trees.left[node]!, trees.right[node]!];
  const total = trees.cover[left]! + trees.cover[right]!;
  const share = total > 0 ? trees.cover[left]! / total : 0.5;
  return share * expected(trees, left, row, known) + (1 - share) * expected(trees, right, row, known);
}

function asked(trees: Trees, node: number, into = new Set<number>()): Set<number> {
  if (trees.feature[node]! >= 0) {
    into.add(trees.feature[node]!);
    asked(trees, trees.left[node]!, into);
    asked(trees, trees.right[node]!, into);
  }
  return into;
}

/** Shapley values, tree by tree, over all subsets of the features that the tree asks about. */
function shapley(trees: Trees, row: Row): { base: number; values: number[] } {
  const values = row.map(() => 0);
  let base = trees.base;
  for (const root of trees.roots) {
    const features = [...asked(trees, root)];
    const n = features.length;
    const of = Array.from({ length: 2 ** n }, (_, subset) =>
      expected(trees, root, row, new Set(features.filter((_feature, bit) => (subset >> bit) & 1))),
    );
    base += of[0]!;
    for (const [bit, feature] of features.entries())
      for (let subset = 0; subset < of.length; subset++) {
        if ((subset >> bit) & 1) continue;
        const size = features.filter((_feature, other) => (subset >> other) & 1).length;
        values[feature]! +=
          ((factorial(size) * factorial(n - size - 1)) / factorial(n)) * (of[subset | (1 << bit)]! - of[subset]!);
      }
  }
  return { base, values };
}
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const odds = (p: number): number => Math.log(p / (1 - p));

interface Calibration {
  readonly method: string;
  readonly slope: number;
  readonly intercept: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly levelSpread?: number;
}

function shaped({ method, slope, intercept, a, b, c, x, y }: Calibration, p: number): number {
  if (method === 'none') return p;
  if (method === 'platt') return sigmoid(slope * odds(p) + intercept);
  if (method === 'beta') return sigmoid(a * Math.log(p) - b * Math.log(1 - p) + c);
  const after = x.findIndex((at) => at >= p);
  if (after <= 0) return after < 0 ? y.at(-1)! : y[0]!;
  const [from, to] = [x[after - 1]!, x[after]!];
  return y[after - 1]! + ((y[after]! - y[after - 1]!) * (p - from)) / (to - from);
}

/** A multiple of a millionth; with a spread of the level, the mean over three levels of a normal. */
function calibrated(calibration: Calibration, p: number): number {
  const known = shaped(calibration, Math.min(Math.max(p, 1e-12), 1 - 1e-12));
  const spread = calibration.levelSpread ?? 0;
  const level = (z: number): number => sigmoid(odds(known) + spread * z);
  const mean = spread === 0 ? known : (level(-Math.sqrt(3)) + level(Math.sqrt(3))) / 6 + (level(0) * 2) / 3;
  return Math.min(Math.max(Math.round(mean * 1e6), 1), 999_999) / 1e6;
}

const thresholds = ({ feature, flags, value }: Trees, of: number): number[] =>
  value.filter((_value, node) => feature[node] === of && (flags[node]! & 1) === 0);

/** `text` is a model file as the export has it. */
export function slowModel(text: string): SlowModel {
  const { body, calibration, featureSet } = JSON.parse(text);
  const { features } = featureSet as { features: Feature[] };
  if (body.kind === 'trees') {
    const trees = treesOf(body.trees);
    if (body.link.kind !== 'sigmoid') throw new Error(`link is ${body.link.kind}; this knows the sigmoid only`);
    return {
      features,
      probability: (row) => calibrated(calibration, sigmoid(body.link.slope * margin(trees, row))),
      contributions: (row) => shapley(trees, row).values,
      turns: (_row, feature) => thresholds(trees, feature),
    };
  }
  if (body.kind !== 'stackedTrees') throw new Error(`body is ${body.kind}; this knows trees and stacked trees`);
  const [location, final] = [treesOf(body.location), treesOf(body.final)];
  const promise = features.findIndex(({ name }) => name === body.promiseFeature);
  const logPromise = (row: Row): number => Math.log(Math.max(row[promise] ?? body.usualPromiseDays, 1e-3));
  const stacked = (row: Row): Row => {
    const days = margin(location, row);
    return [...row, days, logPromise(row) - days];
  };
  return {
    features,
    probability: (row) => calibrated(calibration, sigmoid(margin(final, stacked(row)))),
    // What the second stage makes of the first goes to the features by what each adds there; to the promise, by its log
    // less the days of a row nothing is known about.
    contributions(row) {
      const second = shapley(final, stacked(row)).values;
      const first = shapley(location, row);
      first.values[promise] = logPromise(row) - first.base;
      const derived = second[row.length]! + second[row.length + 1]!;
      const total = first.values.reduce((sum, value) => sum + Math.abs(value), 0);
      return row.map((_input, at) => second[at]! + (derived * Math.abs(first.values[at]!)) / total);
    },
    turns: (row, feature) => [
      ...thresholds(location, feature),
      ...thresholds(final, feature),
      ...(feature === promise
        ? thresholds(final, row.length + 1).map((at) => Math.exp(at + margin(location, row)))
        : []),
    ],
  };
}
