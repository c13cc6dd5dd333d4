import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { Plan } from '#explanation/catalogue/plan.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Value } from './oracle.ts';

/** Every name that SQL may bind. */
const EVERY = [
  ...['from', 'to', 'baseFrom', 'baseTo', 'nodeId', 'carrier', 'carrierService', 'zone', 'customerId', 'customerTier'],
  ...['channel', 'itemId', 'ruleId', 'condition', 'groupBy', 'top', 'risk', 'above', 'verdict', 'metric', 'owner'],
  ...['category', 'state', 'approverRole', 'task', 'orderId'],
  ...['promiseShiftDays', 'promiseDate', 'freightCap', 'splitAllowed', 'addQty', 'lever'],
] as const;
export const NOTHING_NAMED: Readonly<Record<string, null>> = Object.fromEntries(EVERY.map((name) => [name, null]));

/** Parameters with every name bound, for SQL. */
export function bound(parameters: Parameters): Record<string, Value> {
  const asked: Record<string, Value> = { ...NOTHING_NAMED };
  for (const [name, value] of Object.entries(parameters))
    if (Array.isArray(value)) for (const [index, each] of value.entries()) asked[`${name}${index}`] = each;
    else asked[name] = typeof value === 'boolean' ? Number(value) : (value as Value);
  return asked;
}

/** By the name of a parameter, or by `plan parameter` where a plan has values of its own. */
export type Known = Readonly<Record<string, readonly Value[]>>;

/** What a question can name, as the export has it. */
export function knownValues(exported: Database.Database): Known {
  const column = (sql: string) => exported.prepare(sql).pluck().all() as Value[];
  const nodes = column('SELECT DISTINCT node FROM ship ORDER BY 1');
  const carriers = column('SELECT DISTINCT carrier FROM ship ORDER BY 1');
  const services = column('SELECT DISTINCT service FROM ship ORDER BY 1');
  const places = column("SELECT DISTINCT j ->> '$.nodeId' FROM events WHERE type = 'fairlead.node' ORDER BY 1");
  const items: Record<string, Value[]> = {};
  for (const [id, ord, item] of exported
    .prepare<[], [string, string, string]>('SELECT dec.id, dec.ord, item FROM item JOIN dec ON dec.id = item.id')
    .raw()
    .all())
    for (const name of [`items of ${id}`, `items of ${ord}`]) items[name] = [...(items[name] ?? []), item];
  return {
    ...items,
    'why-not nodeId': places,
    'what-if nodeId': places,
    // Most orders are decided once: there is more to say of the others.
    'why-changed orderId': column(
      'SELECT ord FROM dec GROUP BY ord HAVING count(*) > 1 UNION SELECT * FROM (SELECT DISTINCT ord FROM dec ORDER BY 1 LIMIT 5) ORDER BY 1',
    ),
    orderId: column('SELECT id FROM dec UNION SELECT DISTINCT ord FROM dec ORDER BY 1'),
    nodeId: nodes,
    nodeIds: nodes,
    carrier: carriers,
    carriers: [...carriers, ...services],
    carrierService: services,
    zone: column('SELECT DISTINCT zone FROM dec ORDER BY 1'),
    customerId: column('SELECT DISTINCT customer FROM dec ORDER BY 1'),
    channel: column('SELECT DISTINCT channel FROM dec ORDER BY 1'),
    itemId: column('SELECT DISTINCT item FROM item ORDER BY 1'),
    ruleId: column('SELECT DISTINCT rule FROM spoke ORDER BY 1'),
    owner: column('SELECT DISTINCT owner FROM exc ORDER BY 1'),
    category: column('SELECT DISTINCT category FROM exc ORDER BY 1'),
    approverRole: column('SELECT DISTINCT role FROM appr ORDER BY 1'),
    moment: column('SELECT at FROM dec UNION SELECT delivered FROM gone WHERE delivered IS NOT NULL ORDER BY 1'),
  };
}

/** Named rarely, so that most questions have an answer. */
const RARE = /^(customerId|itemId|ruleId|zone|from|to|baseFrom|baseTo|carrierService|owner|category|above)$/;
/** Narrow enough that more of them leave nothing. */
const MOST_FILTERS = 2;

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
}

/** Parameters that the plan's schema allows. `random` gives 0 to 1. */
export function drawParameters(plan: Plan, known: Known, random: () => number): Parameters {
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const schema = z.toJSONSchema(plan.parameters, { io: 'input' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const parameters: Record<string, Value | boolean | Value[]> = {};
  let narrowed = 0;
  for (const [name, property] of Object.entries(schema.properties ?? {}).sort(() => random() - 0.5)) {
    const values = known[`${plan.name} ${name}`] ?? known[name];
    const needed =
      schema.required?.includes(name) ||
      /^base/.test(name) ||
      (plan.name === 'compare-periods' && /^(from|to)$/.test(name));
    if (!needed && (narrowed >= MOST_FILTERS || random() > (RARE.test(name) ? 0.15 : 0.45))) continue;
    if (!needed) narrowed++;
    if (property.enum) parameters[name] = one(property.enum);
    else if (property.type === 'array') {
      const pool = [...(values ?? [])];
      const many = 2 + Math.floor(random() * 2);
      parameters[name] = Array.from({ length: many }, () => pool.splice(Math.floor(random() * pool.length), 1)[0]!);
    } else if (property.format === 'date-time')
      parameters[name] = new Date(Math.floor(Number(one(known['moment']!)) / 60_000) * 60_000).toISOString();
    else if (property.type === 'boolean') parameters[name] = random() < 0.5;
    else if (name === 'freightCap') parameters[name] = Number((random() * 60).toFixed(2));
    else if (name === 'promiseShiftDays') parameters[name] = Math.floor(random() * 21) - 10;
    else if (property.type === 'integer') parameters[name] = 1 + Math.floor(random() * 12);
    else if (property.type === 'number') parameters[name] = Number((random() * 0.3).toFixed(2));
    else parameters[name] = one(values!);
  }
  // Of an order's own items, and units where there is a place for them.
  const own = known[`items of ${parameters['orderId']}`];
  if (plan.name === 'what-if' && own) {
    if ('itemId' in parameters) parameters['itemId'] = one(own);
    if ('addQty' in parameters)
      Object.assign(parameters, { nodeId: one(known['what-if nodeId']!), addQty: 1 + Math.floor(random() * 60) });
  }
  ordered(parameters, 'from', 'to');
  ordered(parameters, 'baseFrom', 'baseTo');
  return plan.parameters.parse(parameters) as Parameters;
}

/** A period that ends before it begins is turned around. */
function ordered(parameters: Record<string, unknown>, from: string, to: string): void {
  const [a, b] = [parameters[from], parameters[to]];
  if (typeof a === 'string' && typeof b === 'string' && a > b) Object.assign(parameters, { [from]: b, [to]: a });
}
