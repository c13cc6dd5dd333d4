import type { Arrival, Line, NodePlan, StockWorld } from './stock-world.ts';

export const RULES = ['nearest', 'fewest-splits', 'cheapest-freight'] as const;
export type RuleName = (typeof RULES)[number];

/** Freight of a parcel from a node to the customer by the price list, centavos. */
export type PriceOf = (node: number, takes: NodePlan['shipments'][number]['takes']) => number;

type Option = readonly { readonly node: number; readonly qty: number }[];
const MOST_ASSIGNMENTS = 20_000;

/** Ways to take one line: from each node that has all of it; where none has, what there is, nearest first. */
function optionsOf(world: StockWorld, { nearest }: Arrival, line: Line): Option[] {
  const whole = nearest.filter((node) => world.units(line.productId, node) >= line.qty);
  if (whole.length > 0) return whole.map((node) => [{ node, qty: line.qty }]);
  let left = line.qty;
  const parts = nearest.flatMap((node) => {
    const qty = Math.min(left, world.units(line.productId, node));
    left -= qty;
    return qty > 0 ? [{ node, qty }] : [];
  });
  return [parts];
}

function planOf(lines: readonly Line[], options: readonly Option[]): NodePlan {
  const byNode = new Map<number, { line: Line; qty: number }[]>();
  for (const [index, option] of options.entries())
    for (const { node, qty } of option) byNode.set(node, [...(byNode.get(node) ?? []), { line: lines[index]!, qty }]);
  return { shipments: [...byNode].map(([node, takes]) => ({ node, takes })) };
}

/** Every assignment of lines to nodes, up to a bound that real orders do not reach. */
export function assignments(world: StockWorld, arrival: Arrival): NodePlan[] {
  let combinations: Option[][] = [[]];
  for (const line of arrival.lines) {
    const options = optionsOf(world, arrival, line);
    combinations = combinations
      .flatMap((taken) => options.map((option) => [...taken, option]))
      .slice(0, MOST_ASSIGNMENTS);
  }
  return combinations.map((options) => planOf(arrival.lines, options));
}

/** Whether the order could be shipped whole in more than one way. */
export function hasChoice(world: StockWorld, arrival: Arrival): boolean {
  const whole = arrival.lines.map(
    (line) => arrival.nearest.filter((node) => world.units(line.productId, node) >= line.qty).length,
  );
  return whole.every((nodes) => nodes > 0) && whole.some((nodes) => nodes > 1);
}

/** What a rule in use today does with an order. */
export function planBy(rule: RuleName, world: StockWorld, arrival: Arrival, priceOf: PriceOf): NodePlan {
  if (rule === 'nearest')
    return planOf(
      arrival.lines,
      arrival.lines.map((line) => optionsOf(world, arrival, line)[0]!),
    );
  const distance = ({ shipments }: NodePlan): number => shipments.reduce((sum, { node }) => sum + arrival.km[node]!, 0);
  const freight = ({ shipments }: NodePlan): number =>
    shipments.reduce((sum, { node, takes }) => sum + priceOf(node, takes), 0);
  const score =
    rule === 'cheapest-freight' ? freight : (plan: NodePlan) => plan.shipments.length * 1e7 + distance(plan);
  let best: { plan: NodePlan; score: number } | undefined;
  for (const plan of assignments(world, arrival)) {
    const value = score(plan);
    if (!best || value < best.score) best = { plan, score: value };
  }
  return best!.plan;
}
