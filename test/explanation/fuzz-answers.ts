import type Database from 'better-sqlite3';
import { answerPlan } from '#explanation/answer.ts';
import { PLAN_NAMES } from '#explanation/catalogue/catalogue.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Sources } from '#explanation/sources.ts';

type Value = string | number | null;

/** Hand-written over the export alone: nothing here is shared with the answers. */
const LAST = `json_extract(d, '$.mode') <> 'quote' AND id NOT IN (SELECT supersedes FROM entries WHERE supersedes IS NOT NULL)`;
const ships = (test: string) => `EXISTS (SELECT 1 FROM json_each(d, '$.chosen.plan.shipments') s WHERE ${test})`;
const FILTERS: Readonly<Record<string, string>> = {
  nodeId: ships("json_extract(s.value, '$.nodeId') = ?"),
  carrierService: ships("json_extract(s.value, '$.carrierService') = ?"),
  zone: "json_extract(o, '$.shipTo.zone') = ?",
  customerTier: "json_extract(o, '$.customerTier') = ?",
  channel: "json_extract(o, '$.channel') = ?",
};
const CONDITIONS: Readonly<Record<string, string>> = {
  split: "json_array_length(d, '$.chosen.plan.shipments') > 1",
  clamped: "EXISTS (SELECT 1 FROM json_each(d, '$.flags') f WHERE f.value = 'CLAMPED')",
  exception: "json_type(d, '$.exception') = 'object'",
  notSourced: "json_extract(d, '$.status') IN ('NOT_SOURCED', 'EXCEPTION')",
  partiallySourced: "json_extract(d, '$.status') = 'PARTIALLY_SOURCED'",
  fullySourced: "json_extract(d, '$.status') = 'FULLY_SOURCED'",
  degraded: "json_array_length(d, '$.degraded') > 0",
};
const TERMS = ['shipping', 'processing', 'split', 'delay', 'stockout', 'opportunity', 'ageing', 'shortLine', 'total'];
const RISKS = ['stockout', 'delay', 'split'];
const COVERED = [
  'count-orders',
  'list-orders',
  'order-costs',
  'show-order',
  'order-risk',
  'savings',
  'order-alternatives',
];

export interface AnswerCheck {
  readonly answers: number;
  readonly figures: number;
  readonly byPlan: Readonly<Record<string, number>>;
  readonly different: readonly string[];
  readonly notCovered: readonly string[];
}

/** Answers drawn plans and recomputes their figures from the export. `random` gives 0 to 1. */
export function checkAnswers(
  wanted: number,
  exported: Database.Database,
  sources: Sources,
  random: () => number,
): AnswerCheck {
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const column = (sql: string, ...values: Value[]): Value[] =>
    exported
      .prepare(sql)
      .pluck()
      .all(...values) as Value[];
  const known: Readonly<Record<string, Value[]>> = {
    nodeId: column(
      `SELECT DISTINCT json_extract(s.value, '$.nodeId') FROM entries, json_each(d, '$.chosen.plan.shipments') s ORDER BY 1`,
    ),
    carrierService: column(
      `SELECT DISTINCT json_extract(s.value, '$.carrierService') FROM entries, json_each(d, '$.chosen.plan.shipments') s ORDER BY 1`,
    ),
    zone: column("SELECT DISTINCT json_extract(o, '$.shipTo.zone') FROM entries ORDER BY 1"),
    customerTier: column("SELECT DISTINCT json_extract(o, '$.customerTier') FROM entries ORDER BY 1"),
    channel: column("SELECT DISTINCT json_extract(o, '$.channel') FROM entries ORDER BY 1"),
  };
  const ids = column('SELECT id FROM entries ORDER BY id');
  const byPlan: Record<string, number> = {};
  const different: string[] = [];
  let [answers, figures] = [0, 0];
  for (let tries = 0; answers < wanted && tries < wanted * 20; tries++) {
    const plan = COVERED[tries % COVERED.length]!;
    const aboutOrder = plan.startsWith('order') || plan === 'show-order';
    const id = one(ids);
    const parameters: Record<string, string> = aboutOrder ? { orderId: String(id) } : {};
    if (!aboutOrder) {
      for (const name of Object.keys(FILTERS)) if (random() < 0.25) parameters[name] = String(one(known[name]!));
      if (plan !== 'savings' && random() < 0.7) parameters['condition'] = one(Object.keys(CONDITIONS));
    }
    const reply = answerPlan({ plan, parameters: parameters as Parameters }, sources);
    const names = Object.keys(parameters).filter((name) => name in FILTERS);
    const where = [LAST, ...names.map((name) => FILTERS[name])].join(' AND ');
    const values = names.map((name) => parameters[name]!);
    const fits = parameters['condition'] ? `${where} AND ${CONDITIONS[parameters['condition']]}` : where;
    const pairs: (readonly [string, unknown, Value | undefined])[] = [];
    const ofDecision = (path: string) =>
      column(`SELECT json_extract(d, '${path}') FROM entries WHERE id = ?`, id)[0] ?? null;
    if (reply.kind === 'abstention') {
      const n = plan === 'savings' ? `json_extract(d, '$.suggested.saving') IS NOT NULL AND ${where}` : fits;
      // No data must mean that the export has none either; a count without a condition may have no base.
      const base = plan === 'count-orders' ? where : n;
      if (aboutOrder || column(`SELECT count(*) FROM entries WHERE ${base}`, ...values)[0] !== 0)
        different.push(`${plan} ${JSON.stringify(parameters)}: no answer`);
      continue;
    }
    const figure = (name: string) => reply.figures[name]?.value;
    const rows = reply.table?.rows ?? [];
    if (plan === 'count-orders') {
      pairs.push(['n', figure('0.n'), column(`SELECT count(*) FROM entries WHERE ${fits}`, ...values)[0]]);
      if (parameters['condition'])
        pairs.push(['base', figure('0.base'), column(`SELECT count(*) FROM entries WHERE ${where}`, ...values)[0]]);
    } else if (plan === 'list-orders') {
      pairs.push(['n', figure('0.n'), column(`SELECT count(*) FROM entries WHERE ${fits}`, ...values)[0]]);
      for (const row of rows) {
        const order = String(row[0]!.value);
        const of = (path: string) =>
          column(
            `SELECT json_extract(d, '${path}') FROM entries WHERE ${LAST} AND json_extract(d, '$.orderId') = ?`,
            order,
          )[0] ?? null;
        pairs.push([`${order} cost`, row[5]!.value, of('$.chosen.costs.total')]);
        pairs.push([`${order} risk`, row[6]!.value, of('$.chosen.risks.delay')]);
      }
    } else if (plan === 'savings') {
      const asked = `${where} AND json_extract(d, '$.suggested.saving') IS NOT NULL`;
      const sums = exported
        .prepare(
          `SELECT json_extract(o, '$.currency') AS c, count(*) AS n, sum(json_extract(d, '$.suggested.saving')) AS s FROM entries WHERE ${asked} GROUP BY 1`,
        )
        .all(...values) as { c: string; n: number; s: number }[];
      if (sums.length === 1)
        pairs.push(['orders', figure('0.orders'), sums[0]!.n], ['saving', figure('0.saving'), sums[0]!.s]);
    } else if (plan === 'order-costs') {
      for (const row of rows)
        if (TERMS.includes(String(row[0]!.value)))
          pairs.push([String(row[0]!.value), row[1]!.value, ofDecision(`$.chosen.costs.${row[0]!.value}`)]);
    } else if (plan === 'show-order') {
      if (rows.length > 0) pairs.push(['total', figure('1.total'), ofDecision('$.chosen.costs.total')]);
      for (const risk of rows.length > 0 ? RISKS : [])
        pairs.push([risk, figure(`2.${risk}`) ?? figure(`3.${risk}`) ?? null, ofDecision(`$.chosen.risks.${risk}`)]);
      for (const [at, row] of rows.entries())
        pairs.push([`freight ${at}`, row[5]!.value, ofDecision(`$.chosen.plan.shipments[${at}].freight`)]);
    } else if (plan === 'order-risk') {
      for (const [at, risk] of RISKS.entries())
        if (figure(`${at}.value`) !== undefined && figure(`${at}.task`) === risk)
          pairs.push([risk, figure(`${at}.value`), ofDecision(`$.chosen.risks.${risk}`)]);
    } else {
      const length = (path: string) =>
        column(`SELECT json_array_length(d, '${path}') FROM entries WHERE id = ?`, id)[0];
      pairs.push(['permitted', figure('0.permitted'), length('$.alternatives')]);
      pairs.push(['rejected', figure('0.rejected'), length('$.rejected')]);
    }
    if (pairs.length === 0) continue;
    answers++;
    byPlan[plan] = (byPlan[plan] ?? 0) + 1;
    for (const [name, said, found] of pairs) {
      figures++;
      if (said !== found) different.push(`${plan} ${JSON.stringify(parameters)} ${name}: ${said}, export ${found}`);
    }
  }
  return { answers, figures, byPlan, different, notCovered: PLAN_NAMES.filter((name) => !COVERED.includes(name)) };
}
