/**
 * Scores one forest (100 full trees of depth 8, 25 features) with ml-random-forest, onnxruntime-node and the flat
 * trees, at 1, 8 and 64 rows a call, in one run, and prints times and ratios; then attributions.
 * onnxruntime-node lives in bench/peers: `cd bench/peers && ONNXRUNTIME_NODE_INSTALL=skip npm ci --ignore-scripts` fetches it.
 */
import { createRequire } from 'node:module';
import { RandomForestRegression } from 'ml-random-forest';
import { treeScorer } from '#models/tree-scorer.ts';
import { treeExplainer } from '#models/tree-shap.ts';
import { randomFrom } from '#training/random.ts';
import { COLUMNS, DEPTH, flatForest, fullTrees, mlForestJson, TREES } from './forest.ts';
import { onnxForest } from './onnx.ts';

interface OnnxSession {
  run(feeds: Record<string, unknown>): Promise<{ y: { data: Float32Array } }>;
}
interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => unknown;
}

const MIN_MS = 150;
const REPEATS = 9;

/**
 * Median microseconds of processor a call, over repeats of about 150 ms each, contenders taking turns. Processor time
 * of the whole process, so that other work on the machine does not count and threads of a contender's own do.
 */
async function measure(calls: Record<string, () => unknown>): Promise<Record<string, number>> {
  const samples: Record<string, number[]> = {};
  const counts: Record<string, number> = {};
  for (let repeat = -1; repeat < REPEATS; repeat++)
    for (const [name, call] of Object.entries(calls)) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      let done = 0;
      const most = counts[name] ?? Number.POSITIVE_INFINITY;
      // The first turn warms up and finds out how many calls fill the time.
      for (; done < most && (most < Number.POSITIVE_INFINITY || performance.now() - started < MIN_MS); done++) {
        const result = call();
        if (result instanceof Promise) await result;
      }
      if (repeat < 0) counts[name] = done;
      else {
        samples[name] ??= [];
        const { user, system } = process.cpuUsage(used);
        samples[name].push((user + system) / done);
      }
    }
  return Object.fromEntries(
    Object.entries(samples).map(([name, times]) => [name, times.sort((a, b) => a - b)[times.length >> 1]!]),
  );
}

const cart = fullTrees(3);
const flat = flatForest(cart);
const scorer = treeScorer(flat);
const library = RandomForestRegression.load(JSON.parse(JSON.stringify(mlForestJson(cart))));
let onnx: { runtime: OnnxRuntime; session: OnnxSession } | undefined;
try {
  const runtime = createRequire(new URL('./peers/package.json', import.meta.url))('onnxruntime-node') as OnnxRuntime;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  onnx = { runtime, session: await runtime.InferenceSession.create(onnxForest(cart), options) };
} catch (error) {
  console.log(
    `onnxruntime-node is not there (see the head of bench/score.ts): ${(error as Error).message.split('\n')[0]}`,
  );
}

console.log(
  `${TREES} trees of depth ${DEPTH}, ${COLUMNS} features; microseconds of processor a call, median of ${REPEATS}\n`,
);
console.log('rows   flat trees   a row   ml-random-forest   ratio   onnxruntime-node   ratio');
const random = randomFrom(5);
for (const rows of [1, 8, 64]) {
  const values = Float64Array.from({ length: rows * COLUMNS }, () => Math.fround(random.next()));
  const nested = Array.from({ length: rows }, (_, row) => [...values.subarray(row * COLUMNS, (row + 1) * COLUMNS)]);
  const scores = new Float64Array(rows);
  const floats = Float32Array.from(values);
  const feed = () => ({ x: new onnx!.runtime.Tensor('float32', floats, [rows, COLUMNS]) });
  // All three must say the same before it matters how fast.
  scorer.score(values, rows, scores);
  const theirs = [library.predict(nested), onnx ? (await onnx.session.run(feed())).y.data : undefined];
  for (const other of theirs)
    other?.forEach((score, row) => {
      if (Math.abs(score - scores[row]!) > 1e-5) throw new Error(`row ${row}: ${score} and ${scores[row]}`);
    });
  const times = await measure({
    flat: () => scorer.score(values, rows, scores),
    library: () => library.predict(nested),
    ...(onnx && { onnx: () => onnx.session.run(feed()) }),
  });
  const column = (value: number | undefined, width: number, digits = 1) =>
    (value === undefined ? '-' : value.toFixed(digits)).padStart(width);
  console.log(
    [
      column(rows, 4, 0),
      column(times['flat'], 13),
      column(times['flat']! / rows, 8, 2),
      column(times['library'], 19),
      column(times['library']! / times['flat']!, 8),
      column(times['onnx'], 19),
      column(times['onnx'] && times['onnx'] / times['flat']!, 8),
    ].join(''),
  );
}

const explainer = treeExplainer(flat);
const inputs = Float64Array.from({ length: 100 * COLUMNS }, random.next);
const times: number[] = [];
const processor: number[] = [];
for (let call = 0; call < 1200; call++) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  explainer.explain(inputs, call % 100);
  if (call < 200) continue;
  times.push(performance.now() - started);
  const { user, system } = process.cpuUsage(used);
  processor.push((user + system) / 1000);
}
const shares = (values: number[]): string => {
  values.sort((a, b) => a - b);
  return `p50 ${values[500]!.toFixed(2)} ms, p99 ${values[990]!.toFixed(2)} ms`;
};
console.log(`\nattribution of a row: ${shares(times)} (aim: p99 at most 2 ms); of processor ${shares(processor)}`);
