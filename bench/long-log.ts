import { randomBytes } from 'node:crypto';
import { leafOf } from '#audit/leaf.ts';
import { createAuditLog } from '#audit/log.ts';
import { type DecisionRecordV1, decisionRecordV1 } from '#audit/record.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import { toRfc3339 } from '#domain/time.ts';
import { dataFiles, readConfig, shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';

const GROUP = 1000;
/** Of the copies one in this many is left on the queue of exceptions. */
const EXCEPTION_EVERY = 10;
/** How far apart two copies were decided: 200,000 of them fill 23 days, which begin with the originals. */
const APART_MS = 10_000;

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly index: number;
  readonly at: number;
}

/** Repeats the rows of one decision under a new id, of another order and another moment. */
function copyRows({ sqlite }: Store, table: string): (copy: Copy) => void {
  const columns = (sqlite.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  const changed: Record<string, string> = {
    decision_id: '@to',
    log_index: '@index',
    decided_at: '@at',
    order_id: "order_id || '-' || cast(@index as integer)",
  };
  const values = columns.map((name) => changed[name] ?? name).join(', ');
  const copy = sqlite.prepare(
    `insert into ${table} (${columns.join(', ')}) select ${values} from ${table} where tenant_id = @tenant and decision_id = @from`,
  );
  const tenant = readConfig({}).tenant;
  return (row) => void copy.run({ ...row, tenant });
}

/** An exception and its first line of history for a copy, as if no plan had been found for its order. */
function openExceptions({ sqlite }: Store): (copy: Copy) => void {
  const open = sqlite.prepare(
    `insert into exceptions (tenant_id, decision_id, order_id, category, owner, state, opened_at, sla_due_at, context)
     values (@tenant, @to, 'B-' || cast(@index as integer), 'NO_PERMITTED_PLAN', 'planning', 'OPEN', @at, @at + 14400000, '{"nearest":[]}')`,
  );
  const opened = sqlite.prepare(
    `insert into exception_history (tenant_id, decision_id, at, actor, action, note) values (@tenant, @to, @at, 'service', 'opened', '')`,
  );
  const tenant = readConfig({}).tenant;
  return (copy) => {
    open.run({ ...copy, tenant });
    opened.run({ ...copy, tenant });
  };
}

/**
 * Real decisions of a data folder, repeated until its log has `decisions` leaves: leaves in the tree, rows in the index,
 * holds and exceptions. Copies of one decision share its evidence.
 */
export function lengthenLog(folder: string, decisions: number): void {
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, readConfig({}).logHost);
  const { logId, size } = log.heads()[0]!;
  const leaves = log.leaves(logId, 0, size).map((leaf) => JSON.parse(leaf.toString()));
  // Leaves of other kinds, a model that drifted say, stand between the decisions.
  const records = leaves.filter(({ type }) => type === 'decision').map((leaf) => decisionRecordV1.parse(leaf));
  const copies = ['decision_index', 'decision_shipments', 'reservations'].map((table) => copyRows(store, table));
  const except = openExceptions(store);
  // Ids rise with the log, as those of real decisions do, and after those of the originals.
  const last = Math.max(...records.map(({ ts }) => Date.parse(ts)));
  for (let made = size; made < decisions; made += GROUP) {
    const batch: { record: DecisionRecordV1; from: string; at: number }[] = [];
    for (let nth = made; nth < Math.min(made + GROUP, decisions); nth++) {
      const record = records[nth % records.length]!;
      const at = last + nth * APART_MS;
      const decisionId = uuidV7(at, randomBytes(10));
      batch.push({ record: { ...record, decisionId, ts: toRfc3339(at) }, from: record.decisionId, at });
    }
    store.transaction(() => {
      const positions = log.append(batch.map(({ record }) => leafOf(record)));
      for (const [row, { from, record, at }] of batch.entries()) {
        const copy: Copy = { from, to: record.decisionId, index: positions[row]!.index, at };
        for (const repeat of copies) repeat(copy);
        if ((made + row) % EXCEPTION_EVERY === 0) except(copy);
      }
    });
  }
  store.close();
}

/** Of the copies one in this many has been approved, one in so many overridden. */
const PEOPLE_EVERY = 50;

/** What came of the orders: their shipments arrived, each a day after its estimate at the most, and people approved and overrode some. */
export function liveThrough(folder: string): void {
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations });
  const lived = store.sqlite.prepare('select 1 from shipments limit 1').get();
  if (!lived)
    store.transaction(() =>
      store.sqlite.exec(`
        insert into shipments (tenant_id, shipment_id, order_id, decision_id, node_id, carrier, carrier_service, shipped_at, shipped_units, short_units, delivered_at, failed_at, freight_invoiced, currency, observed_at)
          select d.tenant_id, 'S-' || p.rowid, d.order_id, d.decision_id, p.node_id, p.carrier, p.carrier_service, p.ship_date, p.units, 0, p.eta + (p.rowid % 4) * 28800000 - 28800000, null, p.freight, d.currency, p.eta
          from decision_shipments p join decision_index d on d.tenant_id = p.tenant_id and d.decision_id = p.decision_id;
        insert into approvals (tenant_id, decision_id, rule_id, approver_role, state, raised_by, raised_at, expires_at, hold_meanwhile, decided_by, decided_at)
          select tenant_id, decision_id, 'freight-ceiling', 'manager', case log_index % 3 when 0 then 'PENDING' else 'APPROVED' end, 'key:bench', decided_at, decided_at + 14400000, 'NONE', case log_index % 3 when 0 then null else 'key:boss' end, case log_index % 3 when 0 then null else decided_at + 60000 end
          from decision_index where log_index % ${PEOPLE_EVERY} = 0;
        insert into overrides (tenant_id, decision_id, order_id, actor, at, reason_code, note, from_candidate_id, to_candidate_id, plan)
          select tenant_id, decision_id, order_id, 'key:bench', decided_at + 60000, 'CUSTOMER_REQUEST', '', null, 'other', '{}'
          from decision_index where log_index % ${PEOPLE_EVERY} = 1;
      `),
    );
  store.close();
}
