import type { Item, Lane, Node } from '#domain/network.ts';
import type { Order, OrderLine } from '#domain/order.ts';
import type { FieldProblem } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import type { SupplyPosition } from '#domain/supply.ts';
import { DAY_MS, type Instant, toRfc3339 } from '#domain/time.ts';
import { refusal } from '#src/wire/field-problems.ts';
import { lanesTo, type Taken, type TenantState } from './state.ts';
import { laneView, nodeView, positionView } from './views.ts';

/** What of a request decides which slice of the world it can touch. */
export interface SnapshotQuery {
  readonly order: Pick<Order, 'customerId' | 'currency' | 'firmNodeId' | 'allowSubstitution'> & {
    readonly shipTo: { readonly zone: string };
    readonly lines: readonly Pick<OrderLine, 'itemId' | 'firmNodeId' | 'substituteItemIds'>[];
  };
  readonly suggestedOption?: { readonly shipments: readonly { readonly nodeId: string }[] } | null | undefined;
  readonly supersedes?: string | null | undefined;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every item of the order and its permitted substitutes, sorted; what is not known is added to `rows`. */
function itemsOf(state: TenantState, { order }: SnapshotQuery, rows: FieldProblem[]): Item[] {
  const found = new Map<string, Item>();
  const take = (itemId: string, path: string) => {
    if (found.has(itemId)) return;
    const known = state.items.get(itemId);
    if (!known) rows.push({ path, found: `\`${itemId}\``, expected: 'an item that is known' });
    else if (known.currency !== order.currency)
      rows.push({
        path: '/order/currency',
        found: `\`${order.currency}\``,
        expected: `${known.currency}, the currency of item \`${itemId}\``,
      });
    else found.set(itemId, known.item);
  };
  for (const [index, line] of order.lines.entries()) {
    take(line.itemId, `/order/lines/${index}/itemId`);
    if (order.allowSubstitution)
      for (const [rank, itemId] of line.substituteItemIds.entries())
        take(itemId, `/order/lines/${index}/substituteItemIds/${rank}`);
  }
  return [...found.values()].sort((a, b) => byText(a.itemId, b.itemId));
}

/** Nodes that have a position of one of the items, and those that the request names; sorted. */
function nodesOf(
  state: TenantState,
  query: SnapshotQuery,
  items: readonly Item[],
  asOf: Instant,
  rows: FieldProblem[],
) {
  const { order, suggestedOption } = query;
  const nodes = new Map<string, Node>();
  const look = (nodeId: string): Node | undefined => {
    const known = nodes.get(nodeId);
    if (known) return known;
    const node = state.nodes.get(nodeId);
    const view = node && nodeView(node, asOf, order.currency);
    if (view) nodes.set(nodeId, view);
    return view ?? undefined;
  };
  const name = (nodeId: string | null, path: string) => {
    if (nodeId !== null && !look(nodeId)) rows.push({ path, found: `\`${nodeId}\``, expected: 'a node that is known' });
  };
  name(order.firmNodeId, '/order/firmNodeId');
  for (const [index, line] of order.lines.entries()) name(line.firmNodeId, `/order/lines/${index}/firmNodeId`);
  for (const [index, { nodeId }] of (suggestedOption?.shipments ?? []).entries())
    name(nodeId, `/suggestedOption/shipments/${index}/nodeId`);
  const ofItems = items.map(({ itemId }) => state.supply.get(itemId));
  for (const positions of ofItems)
    for (const [nodeId, position] of positions ?? []) if (positionView(position)) look(nodeId);
  const sorted = [...nodes.values()].sort((a, b) => byText(a.nodeId, b.nodeId));
  const supply: SupplyPosition[] = [];
  // Nodes and items are sorted, so the positions come sorted too.
  for (const { nodeId } of sorted)
    for (const positions of ofItems) {
      const position = positions?.get(nodeId);
      const view = position && positionView(position);
      if (view) supply.push(view);
    }
  return { nodes: sorted, supply };
}

function freightOf(state: TenantState, nodes: readonly Node[], asOf: Instant, superseded: readonly Taken[]) {
  // The day before: somewhere it is still that date. What is older is kept on disk alone.
  const from = toRfc3339(asOf - DAY_MS).slice(0, 10);
  const spent: Snapshot['freightSpent'][number][] = [];
  for (const { nodeId } of nodes) {
    const budgets = state.freight.get(nodeId);
    for (const [key, committed] of budgets ?? []) {
      const [carrier, date] = key.split('\t') as [string, string];
      if (date < from) {
        budgets!.delete(key);
        continue;
      }
      let amount = committed;
      for (const taken of superseded)
        if (taken.nodeId === nodeId && taken.carrier === carrier && taken.shipDate === date) amount -= taken.freight;
      if (amount !== 0) spent.push({ nodeId, carrier, date, amount });
    }
  }
  return spent.sort((a, b) => byText(a.nodeId, b.nodeId) || byText(a.carrier, b.carrier) || byText(a.date, b.date));
}

/** Gives back what the decision that is superseded took: its units are free for the one made again. */
function giveBack(supply: readonly SupplyPosition[], taken: readonly Taken[]): SupplyPosition[] {
  return supply.map((position) => {
    const own = taken.filter(({ nodeId, itemId }) => nodeId === position.nodeId && itemId === position.itemId);
    const qty = own.reduce((sum, reservation) => sum + reservation.qty, 0);
    return qty === 0 ? position : { ...position, reserved: position.reserved - qty };
  });
}

/**
 * The slice of the state that an order can touch. Throws `unknown-reference` with `errors` that name every item, node,
 * zone and currency that is not known. `superseded`: reservations that this decision would release.
 */
export function snapshotOf(
  state: TenantState,
  query: SnapshotQuery,
  asOf: Instant,
  superseded: readonly Taken[] = [],
): Snapshot {
  const { order } = query;
  const rows: FieldProblem[] = [];
  const { zone } = order.shipTo;
  const lanesToZone = state.lanes.get(zone);
  if (!lanesToZone && !state.zones.has(zone))
    rows.push({ path: '/order/shipTo/zone', found: `\`${zone}\``, expected: 'a zone that is known' });
  const items = itemsOf(state, query, rows);
  const { nodes, supply } = nodesOf(state, query, items, asOf, rows);
  if (rows.length > 0) throw refusal('unknown-reference', rows.slice(0, 50));
  const lanes: Lane[] = [];
  const nodeIds = new Set(nodes.map(({ nodeId }) => nodeId));
  for (const laneState of lanesToZone ? lanesTo(lanesToZone) : []) {
    const lane = laneView(laneState, order.currency);
    if (lane && nodeIds.has(lane.nodeId)) lanes.push(lane);
  }
  const date = toRfc3339(asOf).slice(0, 10);
  return {
    schema: 'snapshot@1',
    asOf,
    source: 'world',
    currency: order.currency,
    items,
    nodes,
    lanes,
    supply: superseded.length === 0 ? supply : giveBack(supply, superseded),
    customer: state.customers.get(order.customerId) ?? null,
    freightSpent: freightOf(state, nodes, asOf, superseded),
    dayTotals: { date, ...(state.days.get(date) ?? { orders: 0, suggested: 0, moved: 0 }) },
    drift: state.drift,
  };
}
