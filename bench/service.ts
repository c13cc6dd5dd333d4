// npm run bench: decisions per second and latency of the built service, the log durable, one order of 8 nodes x 3 lines.
import { rmSync } from 'node:fs';
import { bodiesFile, cpuSeconds, type Load, load, scratch, serveDist, tell } from './harness.ts';
import { benchWorld, LINES, NODES } from './service-world.ts';

const SECONDS = Number(process.argv[2] ?? 8);

function line(what: string, { perSecond, p50, p99, statuses }: Load, cpu: number | null): string {
  const cost = cpu === null ? '' : `  ${(cpu * 1e6).toFixed(0).padStart(6)} us CPU each`;
  const failed = Object.entries(statuses).filter(([status]) => status !== '200');
  const wrong = failed.length > 0 ? `  NOT 200: ${JSON.stringify(failed)}` : '';
  return `${what.padEnd(34)} ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(2).padStart(7)} ms  p99 ${p99.toFixed(2).padStart(7)} ms${cost}${wrong}`;
}

const folder = scratch();
const at = Date.now();
const served = await serveDist(`${folder}/data`, undefined, process.env['BENCH_NODE_ARGS']?.split(' ') ?? []);
try {
  await tell(served, benchWorld(at));
  const file = bodiesFile(folder, 2000, at);
  const measured = (connections: number, rate = 0): { result: Load; cpu: number } => {
    const before = cpuSeconds(served.pid);
    const result = load(served, file, connections, SECONDS, rate);
    return { result, cpu: (cpuSeconds(served.pid) - before) / result.answers };
  };
  load(served, file, 8, 3);
  console.log(`mode hold, ${NODES} nodes x ${LINES} lines, every answer's leaf on disk; ${SECONDS} s each`);
  const one = measured(1);
  console.log(line('1 connection', one.result, one.cpu));
  const full = measured(32);
  console.log(line('32 connections', full.result, full.cpu));
  const half = measured(32, Math.floor(full.result.perSecond / 2));
  console.log(line('32 connections at half that rate', half.result, half.cpu));
  console.log(`one core fully used would decide ${(1 / full.cpu).toFixed(0)} orders a second`);
} finally {
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
}
