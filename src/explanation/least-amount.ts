import type { Selection } from '#domain/decision.ts';

/** A whole amount whose change alters the outcome, while one less does not: both were decided. */
export interface Altered {
  readonly amount: number;
  readonly decision: Selection;
}

/** The decision with a change of this amount, where its outcome is another; null where it is not. */
export type Alters = (amount: number) => Selection | null;

/**
 * The least amount from 1 to `most` that alters the outcome: a bracket by doubling, narrowed by bisection. Where `likely`
 * amounts are given, the least of them that alters it is the first upper end. Both ends of the last bracket were decided,
 * so the amount is tight where it stands, even if a smaller one somewhere below alters the outcome and a larger does not.
 */
export function leastAmount(most: number, alters: Alters, likely: readonly number[] = []): Altered | null {
  if (most < 1) return null;
  let low = 0;
  let found: Altered | null = null;
  const tried = (amount: number): boolean => {
    const decision = alters(amount);
    if (decision) found = { amount, decision };
    else low = amount;
    return decision !== null;
  };
  const narrow = (): Altered | null => {
    while (found && found.amount - low > 1) tried(Math.floor((low + found.amount) / 2));
    return found;
  };
  for (const amount of [...new Set(likely)].filter((one) => one >= 1 && one <= most).sort((a, b) => a - b))
    if (tried(amount)) {
      // Most often it is exactly that.
      if (amount - low > 1) tried(amount - 1);
      return narrow();
    }
  // Where the most does nothing, nothing less is tried: each try decides the order again.
  const furthest = alters(most);
  if (!furthest) return null;
  for (let amount = Math.max(1, low * 2); amount < most && !tried(amount); amount *= 2);
  found ??= { amount: most, decision: furthest };
  return narrow();
}

/** The least amount from 1 to `most` that alters the outcome, one after the other. */
export function firstAmount(most: number, alters: Alters): Altered | null {
  for (let amount = 1; amount <= most; amount++) {
    const decision = alters(amount);
    if (decision) return { amount, decision };
  }
  return null;
}
