// npm run bench:start [decisions]: time from the start of the process until /readyz answers, with a long log.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { leafOf } from '#audit/leaf.ts';
import { createAuditLog } from '#audit/log.ts';
import { decisionRecordV1 } from '#audit/record.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import { dataFiles, readConfig, shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';
import { bodiesFile, cpuSeconds, load, residentMb, scratch, serveDist, tell } from './harness.ts';
import { benchWorld } from './service-world.ts';

const DECISIONS = Number(process.argv[2] ?? 200_000);
const GROUP = 1000;

/** Repeats the rows of one decision under a new id. */
function copyRows({ sqlite }: Store, table: string): (from: string, to: string, index: number) => void {
  const columns = (sqlite.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const changed: Record<string, string> = { decision_id: '@to', log_index: '@index' };
  const values = columns.map((name) => changed[name] ?? name).join(', ');
  const copy = sqlite.prepare(
    `insert into ${table} (${columns.join(', ')}) select ${values} from ${table} where tenant_id = @tenant and decision_id = @from`,
  );
  return (from, to, index) => void copy.run({ from, to, index, tenant: readConfig({}).tenant });
}

/** Real decisions, repeated with ids of their own: leaves in the tree, rows in the index, holds. */
function multiply(folder: string): void {
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, readConfig({}).logHost);
  const { logId, size } = log.heads()[0]!;
  const leaves = log.leaves(logId, 0, size).map((leaf) => JSON.parse(leaf.toString()));
  // Leaves of other kinds, a model that drifted say, stand between the decisions.
  const records = leaves.filter(({ type }) => type === 'decision').map((leaf) => decisionRecordV1.parse(leaf));
  const copies = ['decision_index', 'decision_shipments', 'reservations'].map((table) => copyRows(store, table));
  // Ids rise with the log, as those of real decisions do.
  const begun = Date.now();
  for (let made = size; made < DECISIONS; made += GROUP) {
    const batch = Array.from({ length: Math.min(GROUP, DECISIONS - made) }, (_, index) => {
      const record = records[(made + index) % records.length]!;
      return {
        from: record.decisionId,
        record: { ...record, decisionId: uuidV7(begun + made + index, randomBytes(10)) },
      };
    });
    store.transaction(() => {
      const positions = log.append(batch.map(({ record }) => leafOf(record)));
      for (const [at, { from, record }] of batch.entries())
        for (const copy of copies) copy(from, record.decisionId, positions[at]!.index);
    });
  }
  store.close();
}

const folder = scratch();
const data = `${folder}/data`;
try {
  const at = Date.now();
  const first = await serveDist(data);
  await tell(first, benchWorld(at));
  load(first, bodiesFile(folder, 200, at), 8, 4);
  await first.stop();
  multiply(data);
  // The first start after the copy signs the new tree; the ones that are measured find it signed.
  await (await serveDist(data, first.key)).stop();
  for (let run = 1; run <= 5; run++) {
    const served = await serveDist(data, first.key);
    console.log(
      `start ${run} with ${DECISIONS} decisions: ready after ${served.readyMs.toFixed(0)} ms (${cpuSeconds(served.pid).toFixed(2)} s of processor time), ${residentMb(served.pid).toFixed(0)} MB resident`,
    );
    await served.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
