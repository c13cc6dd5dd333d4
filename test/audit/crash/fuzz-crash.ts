import { CrashHarness, type CrashTally } from './harness.ts';

// npm run fuzz:crash [-- kills faults seed]
const [kills, faults, seed] = [1000, 200, 1].map((usual, at) => Number(process.argv[2 + at] ?? usual)) as [
  number,
  number,
  number,
];
const harness = new CrashHarness(seed);
const say = (name: string, { problems, ...tally }: CrashTally) => {
  console.log(name, tally, problems.length ? `${problems.length} problems` : 'no problem');
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  if (problems.length) process.exitCode = 1;
};
try {
  const shim = await harness.prepare();
  say('kill -9', await harness.kills(kills));
  if (shim) say('disk faults', await harness.faults(faults));
  else {
    console.log('NOT RUN disk faults: no C compiler');
    if (process.env['CI'] === 'true') process.exitCode = 1;
  }
} finally {
  harness.close();
}
