import type { Order, OrderLine } from '#domain/order.ts';

/**
 * Lines that ask for the same item under the same conditions are sourced together: 7% of real orders have an item on
 * two lines, and taking them apart would only multiply equal plans.
 */
export interface Demand {
  readonly lines: readonly OrderLine[];
  readonly qty: number;
  /** The item that was ordered first, then what may go instead. */
  readonly itemIds: readonly string[];
  readonly firmNodeId: string | null;
}

function sameConditions(a: OrderLine, b: OrderLine, { allowSubstitution }: Order): boolean {
  if (a.firmNodeId !== b.firmNodeId) return false;
  if (!allowSubstitution) return true;
  const [some, others] = [a.substituteItemIds, b.substituteItemIds];
  return some.length === others.length && some.every((itemId, rank) => itemId === others[rank]);
}

export function demandsOf(order: Order): Demand[] {
  const groups: OrderLine[][] = [];
  const byItem = new Map<string, OrderLine[][]>();
  for (const line of order.lines) {
    const alike = byItem.get(line.itemId);
    const known = alike?.find(([first]) => sameConditions(first!, line, order));
    if (known) {
      known.push(line);
      continue;
    }
    const group = [line];
    groups.push(group);
    if (alike) alike.push(group);
    else byItem.set(line.itemId, [group]);
  }
  return groups.map((lines) => {
    const first = lines[0]!;
    let qty = 0;
    for (const { orderedQty } of lines) qty += orderedQty;
    return {
      lines,
      qty,
      itemIds: order.allowSubstitution ? [first.itemId, ...first.substituteItemIds] : [first.itemId],
      firmNodeId: order.firmNodeId ?? first.firmNodeId,
    };
  });
}
