import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanDraft } from '#domain/candidate.ts';
import { DomainError } from '#domain/problems.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import type { RecommendationBody } from '#src/request.ts';
import { Random } from '../random.ts';
import { allKnowingPlan } from './all-knowing.ts';
import { factsOf, type Knowledge, listPrices, nodePlanOf, requestBody } from './facts.ts';
import { fitFreightTruth, fitRates, fitTransit, type TransitTruth, trueDays } from './fits.ts';
import {
  type DelayRow,
  delayRowsOf,
  learnFrom,
  replayDeliveries,
  replayPicks,
  trainDelay,
  trainModels,
} from './learn.ts';
import { type Bill, execute, type Truth } from './ledger.ts';
import { buildNetwork, SCARCITY, type Scarcity, stockItems } from './network.ts';
import { hasChoice, planBy, RULES, type RuleName } from './rules.ts';
import { type Cluster, type Interval, pairedBootstrap } from './statistics.ts';
import { arrivalOf, StockWorld } from './stock-world.ts';
import { type RealOrder, readTables } from './tables.ts';

/** A service that decides; `at` is the moment its clock shows. Null: it found no plan that may be executed. */
export interface Decider {
  readonly decide: (body: RecommendationBody, at: Instant) => Promise<PlanDraft | null>;
  /** Looks at the registry again: a model promoted meanwhile decides from now on. */
  readonly refresh: () => void;
  readonly stop: () => Promise<void>;
}

export interface CompareOptions {
  readonly folder: string;
  /** Later orders that are sent, at most. */
  readonly orders: number;
  readonly scarcity: readonly Scarcity[];
  readonly seeds: number;
  /** Starts a service on a registry of models. */
  readonly open: (modelsFolder: string) => Promise<Decider>;
  readonly progress?: (label: string) => void;
  /** The comparison so far, after each level. */
  readonly level?: (comparison: Comparison) => void;
}

/** The all-knowing one has the ledger's own fits: a bound, not a rival. */
export const DECIDERS = ['service', ...RULES, 'all-knowing'] as const;
export type DeciderName = (typeof DECIDERS)[number];

/** Means over the orders of a group, per order; money in centavos. */
export interface Totals {
  readonly orders: number;
  readonly fillRate: number;
  readonly cost: number;
  readonly freight: number;
  readonly handling: number;
  readonly extraShipments: number;
  readonly lateness: number;
  readonly shortLines: number;
  readonly lateShare: number;
}

export interface GroupResult {
  readonly by: Readonly<Record<DeciderName, Totals>>;
  readonly bestRule: RuleName;
  /** Cost of the service less that of the best rule, per order: below 0 is a saving. */
  readonly difference: Interval;
  /** The rule that filled most, and the fill rate of the service less its own. */
  readonly fullestRule: RuleName;
  readonly fillDifference: Interval;
}

export interface LevelResult {
  readonly scarcity: Scarcity;
  readonly choiceShare: number;
  readonly choice: GroupResult;
  readonly all: GroupResult;
}

export interface Comparison {
  readonly nodes: readonly string[];
  readonly earlier: number;
  readonly later: number;
  readonly seeds: number;
  readonly cut: Instant;
  readonly levels: readonly LevelResult[];
}

/** Share of the orders, in time, that is learned from; the rest is decided. */
const EARLIER_SHARE = 0.7;

interface Judged {
  readonly index: number;
  readonly choice: boolean;
  readonly bills: Readonly<Record<DeciderName, Bill>>;
}

/** Trains on the earlier orders, decides the later ones four ways and bills all four by one ledger. */
export async function compareOnRealOrders(options: CompareOptions): Promise<Comparison> {
  const tables = readTables(options.folder);
  const cutIndex = Math.round(tables.orders.length * EARLIER_SHARE);
  const earlier = tables.orders.slice(0, cutIndex);
  const later = tables.orders.slice(cutIndex, cutIndex + options.orders);
  if (later.length === 0)
    throw new DomainError('invalid-data', `${tables.orders.length} orders are too few to compare on`);
  const network = buildNetwork(tables, earlier);
  const nodeOf = (sellerId: string): string => network.nodes[network.nodeOfSeller.get(sellerId)!]!.nodeId;
  const before = fitTransit(tables, earlier, nodeOf);
  const unseen = tables.orders.slice(cutIndex);
  const knowledge: Knowledge = {
    tables,
    network,
    rates: fitRates(tables, earlier, nodeOf),
    carrierDays: carrierDaysOf(before),
  };
  const learnTruth: Truth = {
    tables,
    network,
    freight: fitFreightTruth(tables, earlier, nodeOf),
    transit: before,
    seed: 0,
  };
  const truth = {
    tables,
    network,
    freight: fitFreightTruth(tables, unseen, nodeOf),
    transit: fitTransit(tables, unseen, nodeOf),
  };
  const levels: LevelResult[] = [];
  const comparison: Comparison = {
    nodes: network.nodes.map(({ nodeId }) => nodeId),
    earlier: earlier.length,
    later: later.length,
    seeds: options.seeds,
    cut: later[0]!.approvedAt,
    levels,
  };
  for (const scarcity of options.scarcity) {
    options.progress?.(`${scarcity}: training on ${earlier.length} orders`);
    const learned = learnFrom(knowledge, learnTruth, earlier, scarcity, 1);
    const models = await trainModels(learned, later[0]!.approvedAt, 1);
    try {
      const judged: Judged[] = [];
      for (let seed = 1; seed <= options.seeds; seed++) {
        options.progress?.(`${scarcity}: seed ${seed} of ${options.seeds}`);
        // Every seed begins at the same moment, so each has a service and a registry of its own.
        const own = mkdtempSync(join(tmpdir(), 'fairlead-olist-'));
        cpSync(models, own, { recursive: true });
        const service = await options.open(own);
        const retrain = async (rows: readonly DelayRow[], at: Instant): Promise<void> => {
          await trainDelay(own, [...learned.delay, ...rows], at, 1);
          service.refresh();
        };
        try {
          judged.push(...(await decideAll(knowledge, { ...truth, seed }, earlier, later, scarcity, service, retrain)));
        } finally {
          await service.stop();
          rmSync(own, { recursive: true, force: true });
        }
      }
      levels.push(levelOf(scarcity, judged));
      options.level?.(comparison);
    } finally {
      rmSync(models, { recursive: true, force: true });
    }
  }
  return comparison;
}

/** The carrier's own figure: ordinary handling and transit of the lane in the earlier orders, in whole days. */
function carrierDaysOf(fit: TransitTruth): Knowledge['carrierDays'] {
  return (nodeId, state, km) => Math.max(1, Math.round(trueDays(fit, { nodeId, state, km, week: 0 }, 0, 0)));
}

const WARM_DAYS_OF_RECORDS = 120;
/** Lateness moves within weeks: a model of the calm months before says nothing of a strike. */
export const RETRAIN_DAYS = 14;

async function decideAll(
  knowledge: Knowledge,
  truth: Truth,
  earlier: readonly RealOrder[],
  later: readonly RealOrder[],
  scarcity: Scarcity,
  service: Decider,
  retrain: (rows: readonly DelayRow[], at: Instant) => Promise<void>,
): Promise<Judged[]> {
  const { network } = knowledge;
  const random = new Random(`stock/${scarcity}/${truth.seed}`);
  const stock = stockItems(network, later, scarcity, random);
  const worlds = DECIDERS.map(() => new StockWorld(network, stock, SCARCITY[scarcity].replaceDays));
  const own = worlds[0]!;
  for (const order of earlier) {
    if (order.approvedAt < later[0]!.approvedAt - WARM_DAYS_OF_RECORDS * DAY_MS) continue;
    replayDeliveries(knowledge, own, order);
    replayPicks(knowledge, own, order);
  }
  const judged: Judged[] = [];
  const rows: DelayRow[] = [];
  let trainedAt = later[0]!.approvedAt;
  for (const [index, order] of later.entries()) {
    if (order.approvedAt - trainedAt >= RETRAIN_DAYS * DAY_MS) {
      trainedAt = order.approvedAt;
      await retrain(rows, trainedAt);
    }
    const arrival = arrivalOf(network, order);
    const prices = listPrices(knowledge, arrival);
    for (const world of worlds) world.advance(order.approvedAt);
    const choice = worlds.slice(0, 1 + RULES.length).every((world) => hasChoice(world, arrival));
    const body = requestBody(knowledge, own, own, arrival);
    const draft = await service.decide(body, order.approvedAt);
    const chosen = draft ? nodePlanOf(network, arrival, draft) : { shipments: [] };
    const bills = { service: execute(truth, own, arrival, chosen) } as Record<DeciderName, Bill>;
    rows.push(...delayRowsOf(knowledge, factsOf(body, order.approvedAt), chosen, bills.service.parcels));
    for (const [place, rule] of RULES.entries()) {
      const world = worlds[place + 1]!;
      bills[rule] = execute(truth, world, arrival, planBy(rule, world, arrival, prices));
    }
    const knowing = worlds[DECIDERS.indexOf('all-knowing')]!;
    bills['all-knowing'] = execute(truth, knowing, arrival, allKnowingPlan(truth, knowing, arrival));
    judged.push({ index, choice, bills });
  }
  return judged;
}

function levelOf(scarcity: Scarcity, judged: readonly Judged[]): LevelResult {
  const withChoice = judged.filter(({ choice }) => choice);
  return {
    scarcity,
    choiceShare: withChoice.length / judged.length,
    choice: groupOf(withChoice),
    all: groupOf(judged),
  };
}

function groupOf(judged: readonly Judged[]): GroupResult {
  const by = Object.fromEntries(
    DECIDERS.map((name) => [name, totalsOf(judged.map(({ bills }) => bills[name]))]),
  ) as Record<DeciderName, Totals>;
  const bestRule = RULES.toSorted((a, b) => by[a].cost - by[b].cost)[0]!;
  const fullestRule = RULES.toSorted((a, b) => by[b].fillRate - by[a].fillRate)[0]!;
  const paired = (sum: (bills: Judged['bills']) => number, count: (bills: Judged['bills']) => number): Interval => {
    const clusters = new Map<number, Cluster>();
    for (const { index, bills } of judged) {
      const so = clusters.get(index) ?? { sum: 0, count: 0 };
      clusters.set(index, { sum: so.sum + sum(bills), count: so.count + count(bills) });
    }
    return pairedBootstrap([...clusters.values()], 1);
  };
  return {
    by,
    bestRule,
    difference: paired(
      ({ service, [bestRule]: rule }) => service.total - rule.total,
      () => 1,
    ),
    fullestRule,
    fillDifference: paired(
      ({ service, [fullestRule]: rule }) => service.shippedUnits - rule.shippedUnits,
      ({ service }) => service.orderedUnits,
    ),
  };
}

function totalsOf(bills: readonly Bill[]): Totals {
  const mean = (value: (bill: Bill) => number): number =>
    bills.reduce((sum, bill) => sum + value(bill), 0) / Math.max(1, bills.length);
  return {
    orders: bills.length,
    fillRate: mean(({ shippedUnits }) => shippedUnits) / mean(({ orderedUnits }) => orderedUnits),
    cost: mean(({ total }) => total),
    freight: mean(({ freight }) => freight),
    handling: mean(({ handling }) => handling),
    extraShipments: mean(({ extraShipments }) => extraShipments),
    lateness: mean(({ lateness }) => lateness),
    shortLines: mean(({ shortLines }) => shortLines),
    lateShare: mean(({ late }) => (late ? 1 : 0)),
  };
}
