import type { Condition, Group } from '#explanation/catalogue/parameters.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';

export type Values = Record<string, string | number | null>;

/** A condition on `d`, a row of decision_index, and the values it binds. */
export interface Where {
  readonly sql: string;
  readonly values: Values;
}

const SHIPS = 'SELECT 1 FROM decision_shipments p WHERE p.tenant_id = d.tenant_id AND p.decision_id = d.decision_id';
const DONE = 'SELECT 1 FROM shipments s WHERE s.tenant_id = d.tenant_id AND s.decision_id = d.decision_id';

const CONDITIONS: Readonly<Record<Condition, string>> = {
  split: 'd.planned_shipments > 1',
  clamped: 'd.clamped = 1',
  pendingApproval:
    "EXISTS (SELECT 1 FROM approvals a WHERE a.tenant_id = d.tenant_id AND a.decision_id = d.decision_id AND a.state = 'PENDING')",
  exception: 'd.exception_category IS NOT NULL',
  notSourced: "d.status IN ('NOT_SOURCED', 'EXCEPTION')",
  partiallySourced: "d.status = 'PARTIALLY_SOURCED'",
  fullySourced: "d.status = 'FULLY_SOURCED'",
  backordered: 'd.planned_units < d.ordered_units',
  late: `EXISTS (${DONE} AND s.delivered_at > d.promise_date)`,
  overridden: 'EXISTS (SELECT 1 FROM overrides o WHERE o.tenant_id = d.tenant_id AND o.decision_id = d.decision_id)',
  expedited: `EXISTS (${SHIPS} AND EXISTS (SELECT 1 FROM world_subjects w WHERE w.tenant_id = d.tenant_id
    AND w.subject = 'lane' || char(9) || d.zone || char(9) || p.node_id || char(9) || p.carrier_service
    AND json_extract(w."groups", '$.route[3].expedited') = 1))`,
  degraded: "d.degraded <> '[]'",
  movedFromErp: 'd.moved = 1',
};

const PARTS: Readonly<Record<string, string>> = {
  nodeId: `EXISTS (${SHIPS} AND p.node_id = :nodeId)`,
  carrier: `EXISTS (${SHIPS} AND p.carrier = :carrier)`,
  carrierService: `EXISTS (${SHIPS} AND p.carrier_service = :carrierService)`,
  zone: 'd.zone = :zone',
  customerId: 'd.customer_id = :customerId',
  customerTier: 'd.customer_tier = :customerTier',
  channel: 'd.channel = :channel',
  itemId: 'EXISTS (SELECT 1 FROM json_each(d.item_ids) i WHERE i.value = :itemId)',
  ruleId: 'EXISTS (SELECT 1 FROM json_each(d.rules_fired) r WHERE r.value = :ruleId)',
};

/** The filters of a plan over the last decision of each order; quotes are not decisions to be counted. */
export function whereOf(parameters: Parameters, skip: readonly string[] = []): Where {
  const clauses = ["d.tenant_id = :tenant AND d.superseded_by IS NULL AND d.mode <> 'quote'"];
  const values: Values = {};
  for (const [name, sql] of Object.entries(PARTS)) {
    const value = parameters[name];
    if (typeof value !== 'string' || skip.includes(name)) continue;
    clauses.push(sql);
    values[name] = value;
  }
  const { sql, values: bounds } = periodOf(parameters, 'd.decided_at');
  // Without a bound another index is as good to SQLite, one whose rows lie all over the table: six times as slow.
  clauses.push(sql || 'd.decided_at >= 0');
  const condition = parameters['condition'];
  if (typeof condition === 'string') clauses.push(CONDITIONS[condition as Condition]);
  return { sql: clauses.join('\n AND '), values: { ...values, ...bounds } };
}

/** The moment of a leaf in milliseconds: a leaf of 10:00:00.700 is not before a period that begins at 10:00:00.500. */
export const LEAF_MOMENT =
  "CAST(round(unixepoch(json_extract(CAST(l.leaf AS TEXT), '$.ts'), 'subsec') * 1000) AS INTEGER)";

/** `from <= column < to`; empty where neither is given. */
export function periodOf(parameters: Parameters, column: string): Where {
  const values: Values = {};
  const clauses: string[] = [];
  if (typeof parameters['from'] === 'string') {
    clauses.push(`${column} >= :from`);
    values['from'] = Date.parse(parameters['from']);
  }
  if (typeof parameters['to'] === 'string') {
    clauses.push(`${column} < :to`);
    values['to'] = Date.parse(parameters['to']);
  }
  return { sql: clauses.join(' AND '), values };
}

/** A group as an expression over `d` and, where it needs one, a joined table. Days and weeks are UTC, as in the KPIs. */
export function groupSql(
  group: Group,
  moment = 'd.decided_at',
): { readonly expression: string; readonly join: string } {
  const ships = 'JOIN decision_shipments g ON g.tenant_id = d.tenant_id AND g.decision_id = d.decision_id';
  const seconds = `${moment} / 1000, 'unixepoch'`;
  switch (group) {
    case 'node':
      return { expression: 'g.node_id', join: ships };
    case 'carrier':
      return { expression: 'g.carrier', join: ships };
    case 'carrierService':
      return { expression: 'g.carrier_service', join: ships };
    case 'lane':
      return { expression: "g.node_id || ' -> ' || d.zone", join: ships };
    case 'zone':
      return { expression: 'd.zone', join: '' };
    case 'customer':
      return { expression: 'd.customer_id', join: '' };
    case 'customerTier':
      return { expression: 'd.customer_tier', join: '' };
    case 'channel':
      return { expression: 'd.channel', join: '' };
    case 'item':
      return { expression: 'g.value', join: ', json_each(d.item_ids) g' };
    case 'day':
      return { expression: `date(${seconds})`, join: '' };
    case 'week':
      return { expression: `date(${seconds}, 'weekday 0', '-6 days')`, join: '' };
    case 'month':
      return { expression: `strftime('%Y-%m', ${seconds})`, join: '' };
  }
}

export const isTime = (group: unknown): boolean => group === 'day' || group === 'week' || group === 'month';
