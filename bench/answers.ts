// npm run bench:answers [decisions] [questions a plan]: processor time of drawn questions, plan by plan; the log is made longer by copies.
import { rmSync } from 'node:fs';
import { answerPlan } from '#explanation/answer.ts';
import { PLAN_NAMES, planNamed } from '#explanation/catalogue/catalogue.ts';
import { dataFiles, shipped } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { openStore } from '#store/open.ts';
import { createRandom } from '../test/explanation/drawn.ts';
import { exportedLog } from '../test/explanation/exported-log.ts';
import { demoService } from '../test/explanation/fixture.ts';
import { drawParameters, knownValues } from '../test/explanation/oracles/draw-parameters.ts';
import { scratch } from './harness.ts';
import { lengthenLog } from './long-log.ts';

const DECISIONS = Number(process.argv[2] ?? 200);
const QUESTIONS = Number(process.argv[3] ?? 40);
const MADE = 200;
/** What the issue asks of questions, in milliseconds. */
const AIM = 50;

const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const folder = scratch();
try {
  const demo = await demoService(MADE, 1, { dataFolder: folder, betweenOrders: 60_000 });
  const known = knownValues(exportedLog(demo.service));
  const { tenant } = demo;
  const now = demo.now() + 600_000;
  demo.service.close();
  if (DECISIONS > MADE) lengthenLog(folder, DECISIONS);
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations, readOnly: true });
  const sources = questionSources({ store, tenant, now: () => now, zone: 'Europe/Berlin' });
  const random = createRandom(1);
  const all: number[] = [];
  const at = (times: readonly number[], share: number): string =>
    [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  const rows = PLAN_NAMES.map((plan) => {
    const took = Array.from({ length: QUESTIONS }, () => {
      const parameters = drawParameters(planNamed(plan)!, known, random);
      const begun = clock();
      answerPlan({ plan, parameters }, sources);
      return clock() - begun;
    });
    all.push(...took);
    return { plan, p50: at(took, 0.5), p95: at(took, 0.95), most: at(took, 1) };
  });
  console.log(`${DECISIONS} decisions, ${QUESTIONS} questions a plan; milliseconds of processor time`);
  console.table(rows);
  console.log(`all questions: p50 ${at(all, 0.5)}, p95 ${at(all, 0.95)}, at most ${at(all, 1)}`);
  console.log(
    `p95 above ${AIM}: ${rows.flatMap(({ plan, p95 }) => (Number(p95) > AIM ? [plan] : [])).join(', ') || 'none'}`,
  );
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
