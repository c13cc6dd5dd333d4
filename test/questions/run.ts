import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '#domain/principal.ts';
import { type Directory, directoryOf, type ListedKind } from '#explanation/grammar/directory.ts';
import type { IntentModel } from '#explanation/grammar/intent.ts';
import { type Understanding, understand } from '#explanation/grammar/understand.ts';

export interface Question {
  readonly question: string;
  /** The question before, where this one follows up. */
  readonly after?: string;
  readonly plan?: string;
  /** Absent: only the plan is compared. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly abstain?: string;
  /** Default: planner. */
  readonly roles?: readonly Role[];
}

export interface Miss {
  readonly file: string;
  readonly question: string;
  readonly wanted: string;
  readonly got: string;
}

export interface Score {
  readonly answerable: { readonly all: number; readonly plan: number; readonly exact: number };
  readonly unanswerable: { readonly all: number; readonly abstained: number; readonly rightType: number };
  /** Milliseconds from question to plan. */
  readonly p95Ms: number;
  readonly misses: readonly Miss[];
}

const PLANNER: readonly Role[] = ['planner'];
const folder = fileURLToPath(new URL('.', import.meta.url));

export function questionDirectory(): Directory {
  const { recorded, ...lists } = JSON.parse(readFileSync(`${folder}directory.json`, 'utf8')) as {
    recorded: { from: string; to: string };
  } & Record<ListedKind | 'order', string[]>;
  return directoryOf(lists, { from: Date.parse(recorded.from), to: Date.parse(recorded.to) });
}

function shown(result: Understanding): string {
  return 'abstain' in result
    ? `${result.abstain} ${result.choices.map(({ plan }) => plan)}`
    : `${result.plan} ${JSON.stringify(result.parameters)}`;
}

function sorted(value: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/**
 * The sets of this folder. `tuning`, `independent` and the `taught` teach; the others are held back and their misses are not
 * looked at: `heldOut` was written beside the grammar, `unseen`,
 * `unseen2` and `unseen3` from the published catalogue alone.
 */
export const SETS = {
  tuning: folder,
  independent: `${folder}independent/`,
  taughtTerse: `${folder}taught/terse/`,
  taughtIndirect: `${folder}taught/indirect/`,
  taughtPrecise: `${folder}taught/precise/`,
  taughtColloquial: `${folder}taught/colloquial/`,
  taughtOperations: `${folder}taught/operations/`,
  taughtFinance: `${folder}taught/finance/`,
  taughtNewStarter: `${folder}taught/new-starter/`,
  taughtDirector: `${folder}taught/director/`,
  heldOut: `${folder}held-out/`,
  unseen: `${folder}unseen/`,
  unseen2Terse: `${folder}unseen-2/terse/`,
  unseen2Indirect: `${folder}unseen-2/indirect/`,
  unseen2Precise: `${folder}unseen-2/precise/`,
  unseen2Colloquial: `${folder}unseen-2/colloquial/`,
  unseen3Operations: `${folder}unseen-3/operations/`,
  unseen3Finance: `${folder}unseen-3/finance/`,
  unseen3NewStarter: `${folder}unseen-3/new-starter/`,
  unseen3Director: `${folder}unseen-3/director/`,
} as const;
export const TEACHING = [
  'tuning',
  'independent',
  'taughtTerse',
  'taughtIndirect',
  'taughtPrecise',
  'taughtColloquial',
  'taughtOperations',
  'taughtFinance',
  'taughtNewStarter',
  'taughtDirector',
] as const;
export const HELD_BACK = [
  'heldOut',
  'unseen',
  'unseen2Terse',
  'unseen2Indirect',
  'unseen2Precise',
  'unseen2Colloquial',
  'unseen3Operations',
  'unseen3Finance',
  'unseen3NewStarter',
  'unseen3Director',
] as const;

/** Asks every question of a folder without any model and compares plan, parameters and abstention. */
export function scoreQuestions(from: string, learnt?: IntentModel): Score {
  const directory = questionDirectory();
  const answerable = { all: 0, plan: 0, exact: 0 };
  const unanswerable = { all: 0, abstained: 0, rightType: 0 };
  const misses: Miss[] = [];
  const times: number[] = [];
  for (const file of readdirSync(from)
    .sort()
    .filter((name) => name.endsWith('.json') && name !== 'directory.json')) {
    const { now, zone, questions } = JSON.parse(readFileSync(join(from, file), 'utf8')) as {
      now: string;
      zone: string;
      questions: Question[];
    };
    for (const { question, after, plan, parameters, abstain, roles = PLANNER } of questions) {
      const base = { clock: { now: Date.parse(now), zone }, directory, roles, learnt };
      const before = after === undefined ? undefined : understand({ ...base, question: after });
      const previous = before && 'plan' in before ? before : undefined;
      const start = performance.now();
      const got = understand({ ...base, question, previous });
      times.push(performance.now() - start);
      if (plan !== undefined) {
        answerable.all++;
        const right = 'plan' in got && got.plan === plan;
        const exact = right && (parameters === undefined || sorted(got.parameters) === sorted(parameters));
        if (right) answerable.plan++;
        if (exact) answerable.exact++;
        else misses.push({ file, question, wanted: `${plan} ${JSON.stringify(parameters)}`, got: shown(got) });
      } else {
        unanswerable.all++;
        if ('abstain' in got) unanswerable.abstained++;
        if ('abstain' in got && got.abstain === abstain) unanswerable.rightType++;
        else misses.push({ file, question, wanted: String(abstain), got: shown(got) });
      }
    }
  }
  times.sort((a, b) => a - b);
  return { answerable, unanswerable, p95Ms: times[Math.floor(times.length * 0.95)] ?? 0, misses };
}
