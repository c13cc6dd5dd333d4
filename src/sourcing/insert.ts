/**
 * Puts `thing` behind all that are not dearer. For the few things of a list built anew many times an order: each call of
 * `sort` allocates more than a kilobyte, however short the list.
 */
export function insert<T>(sorted: T[], thing: T, costOf: (thing: T) => number): void {
  const cost = costOf(thing);
  let at = sorted.length;
  sorted.push(thing);
  for (; at > 0 && costOf(sorted[at - 1]!) > cost; at--) sorted[at] = sorted[at - 1]!;
  sorted[at] = thing;
}
