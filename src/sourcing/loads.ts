import type { Assignment } from '#domain/candidate.ts';
import type { Take } from '#features/split.ts';
import type { SourcingContext } from './context.ts';
import { freightOn, type Mass } from './cost-to-serve.ts';
import { carries, type Leg } from './legs.ts';
import type { Option, Pick } from './options.ts';

export interface PricedLeg {
  readonly leg: Leg;
  readonly freight: number;
}

/** All that a node ships in a plan. */
export interface Load extends Mass {
  readonly nodeId: string;
  readonly assignments: readonly Assignment[];
  /** What the split model looks at, one for each assignment. */
  readonly takes: readonly Take[];
  /** Ways to leave that take all of it. */
  readonly legs: readonly PricedLeg[];
  readonly perShipment: number;
}

/** What nodes ship in the plans of one order. */
export interface LoadBook {
  /** Null where it is nothing, or more of an item than the node has. */
  loadOf(nodeId: string, chosen: readonly Option[]): Load | null;
}

/** Loads of whole demands are told apart by their bits; beyond this many demands a load is put together anew each time. */
const REMEMBERED_DEMANDS = 30;

/** Two demands may take the same item from a node; together they must not take more than it has. */
function withinAtp(picks: readonly Pick[]): boolean {
  return picks.every(({ stand }) => {
    let taken = 0;
    for (const other of picks) if (other.stand === stand) for (const { qty } of other.assignments) taken += qty;
    return taken <= stand.atp;
  });
}

/** Legs of a node that take everything it would ship, with their freight. */
function legsFor(
  assignments: readonly Assignment[],
  nodeId: string,
  mass: Mass,
  context: SourcingContext,
): PricedLeg[] {
  const priced: PricedLeg[] = [];
  for (const leg of context.legs.get(nodeId)!) {
    const { maxWeightGrams } = leg.lane;
    if (maxWeightGrams !== null && mass.weightGrams > maxWeightGrams) continue;
    if (leg.carriesAll || assignments.every(({ itemId }) => carries(leg.lane, context.items.get(itemId)!)))
      priced.push({ leg, freight: freightOn(leg, mass) });
  }
  return priced;
}

function buildLoad(nodeId: string, picks: readonly Pick[], context: SourcingContext): Load | null {
  if (context.demandsShareItems && !withinAtp(picks)) return null;
  let [weightGrams, volumeCm3] = [0, 0];
  const assignments: Assignment[] = [];
  const takes: Take[] = [];
  for (const pick of picks) {
    const { position, node } = pick.stand;
    for (const assignment of pick.assignments) {
      assignments.push(assignment);
      takes.push({ position, node, qty: assignment.qty });
    }
    weightGrams += pick.weightGrams;
    volumeCm3 += pick.volumeCm3;
  }
  const { perShipment } = context.nodes.get(nodeId)!.processing;
  const legs = legsFor(assignments, nodeId, { weightGrams, volumeCm3 }, context);
  return { nodeId, assignments, takes, weightGrams, volumeCm3, legs, perShipment };
}

function picksAt(nodeId: string, chosen: readonly Option[]): Pick[] {
  const here: Pick[] = [];
  for (const { picks } of chosen) for (const pick of picks) if (pick.nodeId === nodeId) here.push(pick);
  return here;
}

/** Which demands a node ships whole, a bit each; -1 where it ships anything else, or has too many to tell apart. */
function wholeDemands(nodeId: string, chosen: readonly Option[]): number {
  let bits = 0;
  for (const { picks } of chosen)
    for (const pick of picks) {
      if (pick.nodeId !== nodeId) continue;
      if (pick.wholeOf < 0 || pick.wholeOf >= REMEMBERED_DEMANDS) return -1;
      bits |= 1 << pick.wholeOf;
    }
  return bits;
}

/** A node ships the same demands whole in many plans: such a load is put together and priced once. */
export function createLoadBook(context: SourcingContext): LoadBook {
  const remembered = new Map<string, Map<number, Load | null>>();
  return {
    loadOf(nodeId, chosen) {
      const demands = wholeDemands(nodeId, chosen);
      if (demands === 0) return null;
      if (demands < 0) return buildLoad(nodeId, picksAt(nodeId, chosen), context);
      let here = remembered.get(nodeId);
      if (!here) {
        here = new Map();
        remembered.set(nodeId, here);
      }
      let load = here.get(demands);
      if (load === undefined) {
        load = buildLoad(nodeId, picksAt(nodeId, chosen), context);
        here.set(demands, load);
      }
      return load;
    },
  };
}
