// npm run bench:memory [from] [to]: resident memory of the built service between two counts of decisions.
import { rmSync } from 'node:fs';
import { bodiesFile, load, residentMb, scratch, serveDist, tell } from './harness.ts';
import { benchWorld } from './service-world.ts';

const FROM = Number(process.argv[2] ?? 10_000);
const TO = Number(process.argv[3] ?? 110_000);
const SECONDS = 10;

const folder = scratch();
const at = Date.now();
const served = await serveDist(`${folder}/data`);
try {
  await tell(served, benchWorld(at));
  const file = bodiesFile(folder, 2000, at);
  let decisions = 0;
  let before: number | null = null;
  while (decisions < TO) {
    decisions += load(served, file, 16, SECONDS).answers;
    const mb = residentMb(served.pid);
    console.log(`${String(decisions).padStart(7)} decisions: ${mb.toFixed(0)} MB resident`);
    if (before === null && decisions >= FROM) before = mb;
  }
  const grown = residentMb(served.pid) - (before ?? 0);
  console.log(`${grown.toFixed(0)} MB more after ${TO} decisions than after ${FROM}`);
  process.exitCode = grown < 50 ? 0 : 1;
} finally {
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
}
