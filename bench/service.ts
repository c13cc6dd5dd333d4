// npm run bench [seconds]: decisions per second and latency of the built service, the log durable, one order of 8 nodes x 3 lines.
import { rmSync } from 'node:fs';
import {
  bodiesFile,
  cpuSeconds,
  type Load,
  load,
  type Served,
  scratch,
  serveDist,
  servePeer,
  tell,
} from './harness.ts';
import { benchWorld, LINES, NODES } from './service-world.ts';

const SECONDS = Number(process.argv[2] ?? 8);

function line(what: string, { perSecond, p50, p99, statuses }: Load, cpu: number | null): string {
  // The load generator takes the other core, so what one core gives is told by the service's own processor time.
  const cost =
    cpu === null ? '' : `  ${(cpu * 1e6).toFixed(0).padStart(6)} us CPU each, ${(1 / cpu).toFixed(0)}/s on one core`;
  const failed = Object.entries(statuses).filter(([status]) => status !== '200');
  const wrong = failed.length > 0 ? `  NOT 200: ${JSON.stringify(failed)}` : '';
  return `${what.padEnd(34)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(2).padStart(7)} ms  p99 ${p99.toFixed(2).padStart(7)} ms${cost}${wrong}`;
}

const folder = scratch();

function measured(served: Served, file: string, connections: number, rate = 0): { result: Load; cpu: number } {
  const before = cpuSeconds(served.pid);
  const result = load(served, file, connections, SECONDS, rate);
  return { result, cpu: (cpuSeconds(served.pid) - before) / result.answers };
}

/** The service a data team would write instead, in the same run; null where its packages are missing. */
async function peer(file: string): Promise<{ result: Load; cpu: number } | null> {
  const served = await servePeer(folder);
  if (!served) return null;
  load(served, file, 8, 3);
  const found = measured(served, file, 32);
  await served.stop();
  return found;
}

const at = Date.now();
const served = await serveDist(`${folder}/data`, undefined, process.env['BENCH_NODE_ARGS']?.split(' ') ?? []);
try {
  await tell(served, benchWorld(at));
  const file = bodiesFile(folder, 2000, at);
  load(served, file, 8, 3);
  console.log(`mode hold, ${NODES} nodes x ${LINES} lines, every answer's leaf on disk; ${SECONDS} s each`);
  const one = measured(served, file, 1);
  console.log(line('1 connection', one.result, one.cpu));
  const full = measured(served, file, 32);
  console.log(line('32 connections', full.result, full.cpu));
  const half = measured(served, file, 32, Math.floor(full.result.perSecond / 2));
  console.log(line('32 connections at half that rate', half.result, half.cpu));
  const other = await peer(file);
  if (other) {
    console.log(line('FastAPI + scikit-learn, 32', other.result, other.cpu));
    const ratio = full.result.perSecond / other.result.perSecond;
    console.log(`ratio: ${ratio.toFixed(1)} by the clock, ${(other.cpu / full.cpu).toFixed(1)} by processor time`);
  } else console.log('the peer did not run: python3-fastapi, python3-uvicorn or python3-sklearn is missing');
} finally {
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
}
