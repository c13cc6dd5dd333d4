/** Trains the same gradient-boosted trees here and with scikit-learn, on one core, and prints time and log loss. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FeatureSet } from '#domain/risk.ts';
import { sigmoid } from '#models/fixed-math.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { randomFrom } from '#training/random.ts';
import { BOOST_DEFAULTS, boost } from '#training/trainers/boost.ts';
import { logLoss } from '#training/trainers/losses.ts';

const ROWS = Number(process.env['BENCH_ROWS'] ?? 100_000);
const TEST_ROWS = 50_000;
const COLUMNS = 25;
const ROUNDS = 100;
const MISSING_SHARE = 0.05;

/** Rows with interactions, curves, missing values and noise columns. */
function makeRows(rows: number): { values: Float64Array; labels: Float64Array } {
  const random = randomFrom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const values = new Float64Array(rows * COLUMNS);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = Array.from({ length: COLUMNS }, normal);
    const [a, b, c, d, e, f, g, h] = x as [number, number, number, number, number, number, number, number];
    const margin = -1 + a + 0.8 * b * c + Math.sin(2 * d) + 0.6 * e * e - Math.abs(f) + (g > 0.5 ? 1 : 0) * h;
    labels[row] = random.next() < sigmoid(margin) ? 1 : 0;
    for (let column = 0; column < COLUMNS; column++)
      values[row * COLUMNS + column] = random.next() < MISSING_SHARE ? Number.NaN : x[column]!;
  }
  return { values, labels };
}

const { values, labels } = makeRows(ROWS + TEST_ROWS);
const featureSet: FeatureSet = {
  featureSetId: 'bench@1',
  task: 'stockout',
  features: Array.from({ length: COLUMNS }, (_, i) => ({ name: `x${i}`, type: 'number', unit: '', description: '' })),
};
const matrix = { rows: ROWS, columns: COLUMNS, values: values.subarray(0, ROWS * COLUMNS) };
const train = { matrix, targets: labels.subarray(0, ROWS) };
const seconds: number[] = [];
const processor: number[] = [];
let trees = boost(featureSet, train, undefined, logLoss, { ...BOOST_DEFAULTS, rounds: 2 }, 1).trees;
for (let run = 0; run < 3; run++) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  trees = boost(featureSet, train, undefined, logLoss, { ...BOOST_DEFAULTS, rounds: ROUNDS }, 1).trees;
  seconds.push((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(used);
  processor.push((user + system) / 1e6);
}
const margins = new Float64Array(TEST_ROWS);
treeScorer(trees).score(values.subarray(ROWS * COLUMNS), TEST_ROWS, margins);
const middle = (values: number[]) => values.sort((a, b) => a - b)[1]!;
const own = {
  seconds: middle(seconds),
  processor: middle(processor),
  logLoss: logLoss.mean(margins, labels.subarray(ROWS), undefined, 0, TEST_ROWS),
};

const folder = mkdtempSync(join(tmpdir(), 'bench-train-'));
writeFileSync(join(folder, 'values.f64'), values);
writeFileSync(join(folder, 'labels.f64'), labels);
const script = fileURLToPath(new URL('./peers/hist_gradient_boosting.py', import.meta.url));
const python = process.env['BENCH_PYTHON'] ?? '/usr/bin/python3';
const peer = spawnSync(python, [script, folder, ...[ROWS, TEST_ROWS, COLUMNS, ROUNDS].map(String)], {
  encoding: 'utf8',
  env: { ...process.env, OMP_NUM_THREADS: '1' },
});
rmSync(folder, { recursive: true });

interface Result {
  readonly seconds: number;
  readonly processor: number;
  readonly logLoss: number;
}
const line = (name: string, { seconds, processor, logLoss: loss }: Result) =>
  `${name.padEnd(22)} ${processor.toFixed(2)} s of processor, ${seconds.toFixed(2)} s in all   log loss ${loss.toFixed(5)}`;
console.log(`${ROWS} rows x ${COLUMNS} features, ${ROUNDS} trees of 31 leaves, one core, median of 3 runs`);
console.log(line('boosted', own));
if (peer.status === 0) {
  const theirs = JSON.parse(peer.stdout) as Result;
  console.log(line('HistGradientBoosting', theirs));
  // Processor time, because other work on the machine makes the rest meaningless.
  console.log(`ratio ${(own.processor / theirs.processor).toFixed(2)}   (aim: at most 1.5)`);
} else console.log(`scikit-learn did not run (set BENCH_PYTHON): ${peer.stderr || peer.error?.message}`);
