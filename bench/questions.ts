// npm run bench:questions [decisions] [folder]: what each plan of the catalogue takes with a long log, and understanding it.
import { readFileSync } from 'node:fs';
import { CATALOGUE } from '#explanation/catalogue/catalogue.ts';
import { loadPolicy } from '#policies/load.ts';
import { dataFiles, readConfig, shipped } from '#src/config.ts';
import { createReads } from '#src/server/reads.ts';
import { openStore } from '#store/open.ts';
import { liveThrough } from './long-log.ts';
import { longStore } from './long-store.ts';

const DECISIONS = Number(process.argv[2] ?? 200_000);
/** Askings of a question after its first. */
const AGAIN = 4;

/** Milliseconds of processor time of this thread (Linux): what others take does not count. */
const clock = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** One asking, milliseconds. */
interface Taken {
  readonly plan: string;
  readonly understanding: number;
  readonly answering: number;
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)]!;
const shown = (value: number): string => value.toFixed(1).padStart(9);

const long = await longStore(DECISIONS, process.argv[3]);
try {
  liveThrough(long.data);
  const config = readConfig({ FAIRLEAD_HOME: long.data });
  const store = openStore({
    file: dataFiles(long.data).store,
    migrationsFolder: shipped.migrations,
    readOnly: true,
  });
  const policy = loadPolicy(config.policyFiles);
  // An hour after the last decision: `yesterday` and `last week` are about orders.
  const now = store.sqlite.prepare<[], number>('SELECT max(decided_at) + 3600000 FROM decision_index').pluck().get()!;
  const begin = () => createReads({ store, now: () => now, zone: 'UTC', policy: () => policy, model: null });

  const one = (sql: string): string => store.sqlite.prepare<[], string>(sql).pluck().get()!;
  const names: Readonly<Record<string, string>> = {
    order:
      one('SELECT order_id FROM decision_index WHERE planned_shipments > 1 ORDER BY decided_at DESC LIMIT 1') ??
      one('SELECT order_id FROM decision_index ORDER BY decided_at DESC LIMIT 1'),
    node: 'DC-0',
    node2: 'DC-1',
    carrier: 'DPX',
    carrier2: 'EXPRESS',
    service: 'GROUND',
    item: 'I-0',
    rule: policy.rules[0]!.ruleId,
    owner: one('SELECT owner FROM exceptions LIMIT 1'),
    month: new Date(now).toLocaleString('en', { month: 'long', timeZone: 'UTC' }),
  };
  const filled = (example: string): string => example.replace(/\{(\w+)\}/g, (_, slot: string) => names[slot]!);
  const questions = CATALOGUE.flatMap(({ examples }) => examples.map(filled));

  let reads = begin();
  async function ask(question: string): Promise<Taken> {
    const begun = clock();
    let planned: number | null = null;
    let plan = 'none';
    const reply = await reads.reply(config.tenant, ['admin'], { question }, undefined, {
      planned: async (found) => {
        planned = clock();
        plan = found.plan;
      },
    });
    const ended = clock();
    if (reply.kind === 'abstention') plan = planned === null ? `(${reply.abstain})` : `${plan} (${reply.abstain})`;
    return {
      plan,
      understanding: (planned ?? ended) - begun,
      answering: ended - (planned ?? ended),
    };
  }

  const firsts: Taken[] = [];
  const [beginning] = questions;
  for (let run = 0; run < 3; run++) {
    reads = begin();
    firsts.push(await ask(beginning!));
  }
  console.log(`${DECISIONS} decisions; processor time of the thread that answers, ms`);
  console.log(
    `the first question after a start: understood in ${firsts.map(({ understanding }) => understanding.toFixed(1)).join(', ')}, answered in ${firsts.map(({ answering }) => answering.toFixed(1)).join(', ')}`,
  );
  const later: Taken[] = [];
  const byPlan = new Map<string, { first: number[]; again: number[] }>();
  for (const question of questions) {
    const first = await ask(question);
    const known = byPlan.get(first.plan) ?? { first: [], again: [] };
    byPlan.set(first.plan, known);
    known.first.push(first.answering);
    later.push(first);
    for (let time = 0; time < AGAIN; time++) {
      const taken = await ask(question);
      known.again.push(taken.answering);
      later.push(taken);
    }
  }
  console.log('    first    median     worst  plan (its examples)');
  for (const [plan, { first, again }] of byPlan)
    console.log(`${shown(Math.max(...first))} ${shown(quantile(again, 0.5))} ${shown(Math.max(...again))}  ${plan}`);
  const understanding = later.map((taken) => taken.understanding);
  const answering = later.map((taken) => taken.answering);
  const whole = later.map((taken) => taken.understanding + taken.answering);
  for (const [name, values] of Object.entries({ understanding, answering, whole }))
    console.log(
      `${name}: p50 ${quantile(values, 0.5).toFixed(1)}, p95 ${quantile(values, 0.95).toFixed(1)}, worst ${Math.max(...values).toFixed(1)} of ${values.length}`,
    );
  const slowest = [...later].sort((a, b) => b.understanding - a.understanding)[0]!;
  console.log(`slowest to understand: ${slowest.plan}, ${slowest.understanding.toFixed(1)}`);
  store.close();
} finally {
  long.drop();
}
