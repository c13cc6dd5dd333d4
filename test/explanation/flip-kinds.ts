import type { Relaxation } from '#domain/guard.ts';
import { TASKS } from '#domain/risk.ts';
import type { Counterfactual, LeverName } from '#explanation/counterfactuals.ts';
import { LEVERS } from '#policies/policy.ts';
import { LIMIT_UNITS } from './harder-orders.ts';

/** What a lever's changes are counted as. */
export const KINDS_OF_LEVER: Readonly<Record<LeverName, readonly string[]>> = {
  promiseDate: ['a promise later', 'a promise earlier'],
  stock: ['more stock'],
  freightCap: ['a higher freight cap'],
  customerTier: ['another customer tier'],
  carrierService: ['only one carrier service'],
  split: ['splitting allowed', 'one shipment only'],
};

/**
 * Every kind of flip that can be printed. Two levers are none, as their rules never stand against what `decide()` made: a
 * plan leaves on a day with a dock slot, and what is short becomes a backorder only where the customer takes it.
 * `test/policies` asks the guard about plans from elsewhere.
 */
export const ORDER_FLIPS: readonly string[] = [
  ...Object.values(KINDS_OF_LEVER).flat(),
  ...LIMIT_UNITS.map((unit) => `threshold in ${unit}`),
  ...LEVERS.flatMap((lever) =>
    lever === 'shipComplete'
      ? ['shipComplete', 'allowPartial'].map((field) => `order's ${field}`)
      : [`relaxation of ${lever}`],
  ),
];
const RISK_FLIPS = TASKS.map((task) => `feature behind the ${task} risk`);

export interface Tally {
  drawn: number;
  tight: number;
}

/** `most`: what was drawn so often of a kind is enough, and more of it need not be looked at. @default no end */
export class KindTable {
  readonly most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.most = most;
  }

  readonly kinds: Record<string, Tally> = Object.fromEntries(
    [...ORDER_FLIPS, ...RISK_FLIPS].map((kind) => [kind, { drawn: 0, tight: 0 }]),
  );

  count(kind: string, tight: boolean): void {
    this.kinds[kind] ??= { drawn: 0, tight: 0 };
    this.kinds[kind].drawn++;
    if (tight) this.kinds[kind].tight++;
  }

  wanted(kind: string): boolean {
    return (this.kinds[kind]?.drawn ?? 0) < this.most;
  }

  neverDrawn(among: readonly string[] = Object.keys(this.kinds)): string[] {
    return among.filter((kind) => this.kinds[kind]?.drawn === 0);
  }
}

export function kindOfChange({ lever, text }: Counterfactual): string {
  if (lever === 'promiseDate') return text.endsWith('later') ? 'a promise later' : 'a promise earlier';
  if (lever === 'split') return text;
  return KINDS_OF_LEVER[lever][0]!;
}

export function kindOfRelaxation({ lever, path, unit }: Relaxation): string {
  if (lever === 'threshold') return `threshold in ${unit}`;
  if (lever === 'shipComplete') return `order's ${path.split('/').at(-1)}`;
  return `relaxation of ${lever}`;
}
