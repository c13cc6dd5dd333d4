import type Database from 'better-sqlite3';
import { type Answer, answerPlan, type Reply } from '#explanation/answer.ts';
import { PLAN_NAMES, planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Sources } from '#explanation/sources.ts';
import { CHANGE_ORACLES } from './oracles/change-oracles.ts';
import { bound, drawParameters, knownValues, NOTHING_NAMED } from './oracles/draw-parameters.ts';
import { KPI_ORACLES } from './oracles/kpi-oracles.ts';
import { LIST_ORACLES } from './oracles/list-oracles.ts';
import { type Expected, exportReader, type Oracle, type Said, type Value } from './oracles/oracle.ts';
import { ORDER_ORACLES } from './oracles/order-oracles.ts';
import { OUTCOME_ORACLES } from './oracles/outcome-oracles.ts';
import { PEOPLE_ORACLES } from './oracles/people-oracles.ts';
import { RISK_ORACLES } from './oracles/risk-oracle.ts';
import { unitsInLog, wrongTexts } from './oracles/shown-text.ts';
import { WOULD_CHANGE_ORACLES } from './oracles/what-would-change-oracle.ts';
import { WHY_CHANGED_ORACLES } from './oracles/why-changed-oracle.ts';
import { WORLD_ORACLES } from './oracles/world-oracles.ts';

const ORACLES: Readonly<Record<string, Oracle>> = {
  ...LIST_ORACLES,
  ...KPI_ORACLES,
  ...PEOPLE_ORACLES,
  ...OUTCOME_ORACLES,
  ...ORDER_ORACLES,
  ...WORLD_ORACLES,
  ...CHANGE_ORACLES,
  ...WOULD_CHANGE_ORACLES,
  ...WHY_CHANGED_ORACLES,
  ...RISK_ORACLES,
};

export interface AnswerCheck {
  readonly answers: number;
  readonly figures: number;
  /** Drawn questions without data, where the export has none either. */
  readonly withoutData: number;
  readonly plans: string;
  /** Answers and figures of each plan. */
  readonly byPlan: Readonly<Record<string, readonly [answers: number, figures: number]>>;
  readonly different: readonly string[];
  /** Plans of which no answer with something to recompute was drawn. */
  readonly notCovered: readonly string[];
}

/** Draws of one plan before it counts as having nothing to recompute. */
const MOST_TRIES = 60;

/** Sums may be added in another order. */
const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

/** Every figure of an answer against what the export gives; a figure that no oracle names is a difference too. */
export function compare(
  answer: Answer,
  expected: Expected,
): { compared: number; figures: number; different: string[] } {
  const different = [...(expected.refuted ?? [])];
  let [compared, figures] = [0, 0];
  const check = (where: string, said: Value | undefined, found: Value | undefined): void => {
    if (found === undefined && typeof said !== 'number') return;
    compared++;
    if (typeof said === 'number') figures++;
    if (found === undefined) different.push(`${where}: ${said} is not recomputed`);
    else if (!same(said, found)) different.push(`${where}: said ${said}, export ${found}`);
  };
  const { sentences } = expected;
  if (answer.sentences.length !== sentences.length)
    different.push(`${answer.sentences.length} sentences, ${sentences.length} expected`);
  const names = new Set([
    ...Object.keys(answer.figures),
    ...sentences.flatMap((slots, index) => Object.keys(slots).map((name) => `${index}.${name}`)),
  ]);
  for (const name of names) {
    const [, index, slot] = /^(\d+)\.(.*)$/.exec(name)!;
    check(name, answer.figures[name]?.value, sentences[Number(index)]?.[slot!]);
  }
  const rows = answer.table?.rows ?? [];
  const wanted = expected.rows ?? [];
  if (rows.length !== wanted.length) different.push(`${rows.length} rows, ${wanted.length} expected`);
  for (const [at, row] of rows.entries())
    for (const [column, { value }] of row.entries()) check(`row ${at} column ${column}`, value, wanted[at]?.[column]);
  return { compared, figures, different };
}

const saidBy = (reply: Reply): Said =>
  reply.kind === 'answer' ? (reply.table?.rows ?? []).map((row) => row.map(({ shown }) => shown)) : [];

/** What the export says of the question that was answered; null where there is no data. */
export function recompute(exported: Database.Database, answer: Answer, now: number): Expected | null {
  const asked = { ...NOTHING_NAMED, ...bound(answer.parameters), now };
  return ORACLES[answer.plan]!(exportReader(exported), asked, saidBy(answer));
}

/** Answers drawn questions of each plan in turn and recomputes their figures from the export. `random` gives 0 to 1. */
export function checkAnswers(
  wanted: number,
  exported: Database.Database,
  sources: Sources,
  random: () => number,
): AnswerCheck {
  const log = exportReader(exported);
  const known = knownValues(exported);
  const units = unitsInLog(exported);
  const byPlan: Record<string, [answers: number, figures: number]> = {};
  const different: string[] = [];
  const notCovered: string[] = PLAN_NAMES.filter((name) => !(name in ORACLES));
  let [answers, figures, withoutData] = [0, 0, 0];
  /** Undefined: nothing to recompute. */
  const answered = (plan: string): number | undefined => {
    const parameters = drawParameters(planNamed(plan)!, known, random);
    const reply = answerPlan({ plan, parameters }, sources);
    const expected = ORACLES[plan]!(log, { ...NOTHING_NAMED, ...bound(parameters), now: sources.now }, saidBy(reply));
    const told = (what: string) => different.push(`${plan} ${JSON.stringify(parameters)} ${what}`);
    if (reply.kind === 'abstention' || expected === null) {
      if (reply.kind === 'abstention' && expected === null) withoutData++;
      else told(expected === null ? 'answered, but the export has no data' : 'not answered, but the export has data');
      return undefined;
    }
    const found = compare(reply, expected);
    for (const line of [...found.different, ...wrongTexts(reply, units, sources.zone)]) told(line);
    return found.compared === 0 ? undefined : found.figures;
  };
  for (let turn = 0; answers < wanted && notCovered.length < PLAN_NAMES.length; turn++) {
    const plan = PLAN_NAMES[turn % PLAN_NAMES.length]!;
    if (notCovered.includes(plan)) continue;
    let found: number | undefined;
    for (let tries = 0; found === undefined && tries < MOST_TRIES; tries++) found = answered(plan);
    if (found === undefined) {
      if (!byPlan[plan]) notCovered.push(plan);
      continue;
    }
    answers++;
    figures += found;
    const [before, sum] = byPlan[plan] ?? [0, 0];
    byPlan[plan] = [before + 1, sum + found];
  }
  const plans = `${Object.keys(byPlan).length} of ${PLAN_NAMES.length}`;
  return { answers, figures, withoutData, plans, byPlan, different, notCovered };
}
