import { DAY_MS, type Instant } from '#domain/time.ts';

/** Where and when a parcel went. */
export interface Where {
  readonly nodeId: string;
  readonly state: string;
  /** Weeks since 1970. */
  readonly week: number;
}

export type Group = readonly (keyof Where)[];
/** What each group differs from the fit before it, on the scale of the residuals. */
export type Effects = ReadonlyMap<string, number>;

export const weekOf = (at: Instant): number => Math.floor(at / (7 * DAY_MS));

/** Rows behind a group's own mean before it counts half. */
const SHRINKAGE = 25;

const keyOf = (group: Group, where: Where): string => group.map((name) => `${name}=${where[name]}`).join('/');

/** Means of residuals by group, one grouping after the other, each drawn towards 0 where there are few rows. */
export function fitEffects(
  groups: readonly Group[],
  wheres: readonly Where[],
  residuals: readonly number[],
): { effects: Effects; spread: number } {
  const effects = new Map<string, number>();
  let left = residuals;
  for (const group of groups) {
    const keys = wheres.map((where) => keyOf(group, where));
    const sums = new Map<string, { sum: number; count: number }>();
    for (const [index, key] of keys.entries()) {
      const known = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: known.sum + left[index]!, count: known.count + 1 });
    }
    for (const [key, { sum, count }] of sums) effects.set(key, sum / (count + SHRINKAGE));
    left = left.map((value, index) => value - effects.get(keys[index]!)!);
  }
  return { effects, spread: Math.sqrt(left.reduce((sum, value) => sum + value ** 2, 0) / left.length) };
}

/** Sum of a place's effects; a group that was not seen has none. */
export function effectOf(groups: readonly Group[], effects: Effects, where: Where): number {
  return groups.reduce((sum, group) => sum + (effects.get(keyOf(group, where)) ?? 0), 0);
}
