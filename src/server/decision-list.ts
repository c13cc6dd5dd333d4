import { toRfc3339 } from '#domain/time.ts';
import type { DecisionFilter, DecisionReader, DecisionRow } from '#routes/decisions.ts';
import type { Store } from '#store/open.ts';

interface IndexRow {
  readonly [column: string]: unknown;
}

/** Rows looked at in one go: about a millisecond in which nothing else runs. */
const ROWS_A_TURN = 1000;
/** Rows looked at for one page; a page that ends with it may be short and still have a next one. */
const ROWS_A_PAGE = 200_000;

/** A condition and its value for each filter that is set; lists are JSON arrays of text. */
const CONDITIONS: Readonly<Record<keyof DecisionFilter, string>> = {
  orderId: 'order_id = ?',
  customerId: 'customer_id = ?',
  mode: 'mode = ?',
  status: 'status = ?',
  // The plus keeps the planner from the index by moment: rows are looked at by id, and ids ascend with time.
  from: '+decided_at >= ?',
  to: '+decided_at < ?',
  itemId: 'exists (select 1 from json_each(item_ids) where value = ?)',
  nodeId: 'exists (select 1 from json_each(node_ids) where value = ?)',
  carrier: 'exists (select 1 from json_each(carriers) where value = ?)',
  reasonCode: 'exists (select 1 from json_each(reason_codes) where value = ?)',
  ruleId: 'exists (select 1 from json_each(rules_fired) where value = ?)',
  modelVersion: "exists (select 1 from json_each(models) where substr(value, instr(value, '=') + 1) = ?)",
};

function rowOf(row: IndexRow): DecisionRow {
  const list = (name: string): string[] => JSON.parse(row[name] as string);
  const flags: DecisionRow['flags'] = [];
  if (row['clamped']) flags.push('CLAMPED');
  if (row['pending_approval']) flags.push('PENDING_APPROVAL');
  return {
    decisionId: row['decision_id'] as string,
    orderId: row['order_id'] as string,
    customerId: row['customer_id'] as string,
    decidedAt: toRfc3339(row['decided_at'] as number),
    mode: row['mode'] as DecisionRow['mode'],
    status: row['status'] as DecisionRow['status'],
    flags,
    supersedes: row['supersedes'] as string | null,
    supersededBy: row['superseded_by'] as string | null,
    nodeIds: list('node_ids'),
    carrierServices: list('carrier_services'),
    currency: row['currency'] as string,
    costToServe: row['cost_total'] as number | null,
    risks: {
      stockout: row['risk_stockout'] as number | null,
      delay: row['risk_delay'] as number | null,
      split: row['risk_split'] as number | null,
    },
    reasonCodes: list('reason_codes'),
    exceptionCategory: row['exception_category'] as string | null,
    log: { origin: row['log_origin'] as string, index: row['log_index'] as number },
  };
}

/** What every decision's id of a moment begins with: ids are UUIDv7, whose first 48 bits are the time. */
function idsFrom(moment: number): string {
  const hex = moment.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-`;
}

/** Comes after every id. */
const AFTER_ALL = '~';

export interface ListBounds {
  /** @default 1000 */
  readonly rowsATurn?: number;
  /** @default 200000 */
  readonly rowsAPage?: number;
}

/**
 * Decisions of the index, newest first. Filters have no index of their own, which every decision would have to pay for:
 * rows are looked at in the order of their ids, a thousand at a time with other work in between, so that a filter that
 * nothing matches keeps nobody waiting. An order's decisions have an index, and a time range is a range of ids.
 */
export function createDecisionList(
  { sqlite }: Store,
  { rowsATurn = ROWS_A_TURN, rowsAPage = ROWS_A_PAGE }: ListBounds = {},
): DecisionReader['list'] {
  const idOfTurn = sqlite
    .prepare<[string, string, string, number], string>(
      `select decision_id from decision_index where tenant_id = ? and decision_id < ? and decision_id >= ?
       order by decision_id desc limit 1 offset ?`,
    )
    .pluck();

  return async (tenant, filter, limit, after) => {
    const set = (Object.keys(CONDITIONS) as (keyof DecisionFilter)[]).filter((name) => filter[name] !== undefined);
    const conditions = set.map((name) => ` and ${CONDITIONS[name]}`).join('');
    const values = set.map((name) => filter[name]);
    // An order has few decisions: they are found by its index and sorted, which the plus asks for.
    const id = filter.orderId === undefined ? 'decision_id' : '+decision_id';
    const select = sqlite.prepare<unknown[], IndexRow>(
      `select * from decision_index where tenant_id = ? and ${id} < ? and ${id} >= ?${conditions} order by ${id} desc limit ?`,
    );
    const least = filter.from === undefined ? '' : idsFrom(filter.from);
    const newest = filter.to === undefined ? AFTER_ALL : idsFrom(filter.to);
    let before = after !== null && after < newest ? after : newest;
    const found: IndexRow[] = [];
    for (let looked = 0; looked < rowsAPage; looked += rowsATurn) {
      if (looked > 0) await new Promise((resolve) => setImmediate(resolve));
      const last = filter.orderId === undefined ? idOfTurn.get(tenant, before, least, rowsATurn - 1) : undefined;
      found.push(...select.all(tenant, before, last ?? least, ...values, limit + 1 - found.length));
      if (found.length > limit)
        return { rows: found.slice(0, limit).map(rowOf), next: rowOf(found[limit - 1]!).decisionId };
      if (last === undefined) return { rows: found.map(rowOf), next: null };
      before = last;
    }
    return { rows: found.map(rowOf), next: before };
  };
}
