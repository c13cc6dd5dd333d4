import type { HardRule } from '../rule.ts';

/** What the customer accepts when not everything ships: nothing short, no line in part, no backorder. */
export const shipComplete: HardRule = {
  kind: 'ship-complete',
  hard: true,
  reasonCode: 'SHIP_COMPLETE_UNMET',
  summary: 'an order that ships complete has no short line; partial lines and backorders only where they are accepted',
  moves: ['node'],
  check: ({ context, plan, shippedUnits }) => {
    const { order } = context;
    if (shippedUnits === 0) return null;
    for (const [index, short] of plan.shortLines.entries()) {
      const path = `/shortLines/${index}`;
      const rest = { value: short.qty, threshold: 0, unit: 'units' };
      const line = `line \`${short.orderLineId}\``;
      if (order.shipComplete) return { path, ...rest, detail: `${short.qty} units short on ${line}` };
      const partly = short.qty < (context.lines.get(short.orderLineId)?.orderedQty ?? 0);
      if (!order.allowPartial && partly) return { path, ...rest, detail: `${line} ships in part` };
      if (!order.allowBackorder && short.disposition === 'BACKORDER')
        return { path, ...rest, detail: `${line} goes to backorder` };
    }
    return null;
  },
};
