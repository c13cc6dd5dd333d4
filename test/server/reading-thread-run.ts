// Bundled and run by reading-thread.test.ts: what the thread reads beside what is read without it, over a demo in a folder.
import { readConfig, shipped } from '#src/config.ts';
import { createPolicyInForce } from '#src/server/policy-in-force.ts';
import { createReads } from '#src/server/reads.ts';
import { readsApart } from '#src/server/reads-apart.ts';
import { demoService, NOW } from '../explanation/fixture.ts';

const { service, tenant, orders } = await demoService(12, 1, { dataFolder: process.argv[2]! });
const policy = createPolicyInForce({
  files: readConfig({}).policyFiles,
  now: Date.now,
  report: console.error,
}).current;
const parts = { store: service.store, now: Date.now, zone: 'UTC', policy, model: null };
const here = createReads(parts);
const there = readsApart({
  ...parts,
  file: service.store.file,
  migrationsFolder: shipped.migrations,
  languageModel: null,
  count: () => {},
});
const query = { from: NOW - 86_400_000, to: NOW + 86_400_000, by: 'node', now: NOW } as const;
const decided = service.store.sqlite
  .prepare<[], { id: string; stuck: number }>(
    "select decision_id as id, status = 'EXCEPTION' as stuck from decision_index order by stuck desc, decision_id",
  )
  .all();
const reads = {
  kpis: (of: typeof here) => of.kpis(tenant, query),
  oneKpi: (of: typeof here) => of.kpis(tenant, { ...query, by: null }, ['fillRate']),
  question: (of: typeof here) =>
    of.reply(tenant, ['planner'], { question: `why was ${orders[0]!.order.orderId} split?` }, undefined, {}),
  rules: (of: typeof here) =>
    of.reply(tenant, ['planner'], { question: 'which rules are in force?' }, 'Europe/Berlin', {}),
  reasons: (of: typeof here) => of.reasons(tenant, decided.at(-1)!.id),
  summary: (of: typeof here) => of.exceptionSummary(tenant, decided[0]!.id),
  unknown: (of: typeof here) => of.reasons(tenant, 'none'),
};
const found: Record<string, unknown> = {};
for (const [name, read] of Object.entries(reads))
  found[name] = [JSON.stringify(await read(here)), JSON.stringify(await read(there))];
const stages: string[] = [];
const told = {
  planned: async ({ plan }: { plan: string }) => void stages.push(`planned ${plan}`),
  found: async ({ plan }: { plan: string }) => void stages.push(`found ${plan}`),
};
await there.reply(tenant, ['planner'], { question: 'which rules are in force?' }, undefined, told);
const failed = await there.reply(tenant, null as never, null as never, undefined, {}).then(
  () => 'answered',
  (error) => String(error),
);
const cut = there.kpis(tenant, query).then(
  () => 'answered',
  (error) => error.code,
);
await there.close();
const refused = await cut;
const again = JSON.stringify(await there.kpis(tenant, query));
await there.close();
service.close();
console.log(JSON.stringify({ found, stages, failed, refused, again }));
