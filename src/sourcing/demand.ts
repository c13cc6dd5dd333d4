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

export function demandsOf(order: Order): Demand[] {
  const groups = new Map<string, OrderLine[]>();
  for (const line of order.lines) {
    const key = JSON.stringify([line.itemId, line.firmNodeId, order.allowSubstitution ? line.substituteItemIds : []]);
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].map((lines) => {
    const first = lines[0]!;
    return {
      lines,
      qty: lines.reduce((sum, line) => sum + line.orderedQty, 0),
      itemIds: [first.itemId, ...(order.allowSubstitution ? first.substituteItemIds : [])],
      firmNodeId: order.firmNodeId ?? first.firmNodeId,
    };
  });
}
