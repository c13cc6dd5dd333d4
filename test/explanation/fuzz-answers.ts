import type Database from 'better-sqlite3';
import { type Answer, answerPlan } from '#explanation/answer.ts';
import { PLAN_NAMES, planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Sources } from '#explanation/sources.ts';
import { drawParameters, knownValues, NOTHING_NAMED } from './oracles/draw-parameters.ts';
import { KPI_ORACLES } from './oracles/kpi-oracles.ts';
import { LIST_ORACLES } from './oracles/list-oracles.ts';
import { type Asked, type Expected, exportReader, type Oracle, type Value } from './oracles/oracle.ts';
import { ORDER_ORACLES } from './oracles/order-oracles.ts';
import { OUTCOME_ORACLES } from './oracles/outcome-oracles.ts';
import { PEOPLE_ORACLES } from './oracles/people-oracles.ts';
import { WORLD_ORACLES } from './oracles/world-oracles.ts';

const ORACLES: Readonly<Record<string, Oracle>> = {
  ...LIST_ORACLES,
  ...KPI_ORACLES,
  ...PEOPLE_ORACLES,
  ...OUTCOME_ORACLES,
  ...ORDER_ORACLES,
  ...WORLD_ORACLES,
};

export interface AnswerCheck {
  readonly answers: number;
  readonly figures: number;
  /** Drawn questions without data, where the export has none either. */
  readonly withoutData: number;
  readonly plans: string;
  readonly byPlan: Readonly<Record<string, number>>;
  readonly different: readonly string[];
  /** Figures of plans that are recomputed in part only: those that were not. */
  readonly inPart: Readonly<Record<string, number>>;
  readonly notCovered: readonly string[];
}

/** Sums may be added in another order. */
const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

/** Every figure of an answer against what the export gives; a figure that no oracle names is a difference too. */
export function compare(
  answer: Answer,
  expected: Expected,
): { compared: number; figures: number; notRecomputed: number; different: string[] } {
  const different: string[] = [];
  let [compared, figures, notRecomputed] = [0, 0, 0];
  const check = (
    where: string,
    said: Value | undefined,
    found: Value | undefined,
    partial = expected.partial,
  ): void => {
    if (found === undefined && typeof said !== 'number') return;
    if (found === undefined && partial) {
      notRecomputed++;
      return;
    }
    compared++;
    if (typeof said === 'number') figures++;
    if (found === undefined) different.push(`${where}: ${said} is not recomputed`);
    else if (!same(said, found)) different.push(`${where}: said ${said}, export ${found}`);
  };
  const sentences = [...expected.sentences];
  const decidedAgain =
    expected.decidedAgain && answer.sentences.length > sentences.length ? sentences.push({}) - 1 : -1;
  if (!expected.partial && answer.sentences.length !== sentences.length)
    different.push(`${answer.sentences.length} sentences, ${sentences.length} expected`);
  const names = new Set([
    ...Object.keys(answer.figures),
    ...sentences.flatMap((slots, index) => Object.keys(slots).map((name) => `${index}.${name}`)),
  ]);
  for (const name of names) {
    const [, index, slot] = /^(\d+)\.(.*)$/.exec(name)!;
    check(
      name,
      answer.figures[name]?.value,
      sentences[Number(index)]?.[slot!],
      expected.partial || Number(index) === decidedAgain || undefined,
    );
  }
  const rows = answer.table?.rows ?? [];
  const wanted = expected.rows ?? [];
  if (!expected.partial && rows.length !== wanted.length)
    different.push(`${rows.length} rows, ${wanted.length} expected`);
  for (const [at, row] of rows.entries())
    for (const [column, { value }] of row.entries()) check(`row ${at} column ${column}`, value, wanted[at]?.[column]);
  return { compared, figures, notRecomputed, different };
}

/** What the export says of one question; undefined for a plan without an oracle, null where there is no data. */
export function recompute(
  exported: Database.Database,
  plan: string,
  parameters: Record<string, Value>,
  now: number,
): Expected | null | undefined {
  return ORACLES[plan]?.(exportReader(exported), { ...NOTHING_NAMED, ...parameters, now });
}

/** Answers drawn plans in turn and recomputes their figures from the export. `random` gives 0 to 1. */
export function checkAnswers(
  wanted: number,
  exported: Database.Database,
  sources: Sources,
  random: () => number,
): AnswerCheck {
  const log = exportReader(exported);
  const known = knownValues(exported);
  const covered = PLAN_NAMES.filter((name) => name in ORACLES);
  const byPlan: Record<string, number> = {};
  const inPart: Record<string, number> = {};
  const different: string[] = [];
  let [answers, figures, withoutData] = [0, 0, 0];
  for (let tries = 0; answers < wanted && tries < wanted * 20; tries++) {
    const plan = covered[tries % covered.length]!;
    const { parameters, asked } = drawParameters(planNamed(plan)!, known, random);
    const reply = answerPlan({ plan, parameters }, sources);
    const expected = ORACLES[plan]!(log, { ...asked, now: sources.now } as Asked);
    const told = (what: string) => different.push(`${plan} ${JSON.stringify(parameters)} ${what}`);
    if (reply.kind === 'abstention' || expected === null) {
      if (reply.kind === 'abstention' && expected === null) withoutData++;
      else told(expected === null ? 'answered, but the export has no data' : 'not answered, but the export has data');
      continue;
    }
    const found = compare(reply, expected);
    if (found.compared === 0 && found.different.length === 0) continue;
    answers++;
    byPlan[plan] = (byPlan[plan] ?? 0) + 1;
    figures += found.figures;
    if (found.notRecomputed > 0) inPart[plan] = (inPart[plan] ?? 0) + found.notRecomputed;
    for (const line of found.different) told(line);
  }
  const notCovered = PLAN_NAMES.filter((name) => !byPlan[name]);
  const plans = `${Object.keys(byPlan).length} of ${PLAN_NAMES.length}`;
  return { answers, figures, withoutData, plans, byPlan, different, inPart, notCovered };
}
