import type { PlanDraft } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import type { Relaxation } from '#domain/guard.ts';
import { CURRENCY_DECIMALS } from '#domain/money.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import { DAY_MS } from '#domain/time.ts';
import { referenceOf } from '#explanation/answers/risk-answers.ts';
import { riskReasons } from '#explanation/attributions.ts';
import { type Counterfactual, counterfactuals, LEVER_NAMES } from '#explanation/counterfactuals.ts';
import type { Redecision, Sources } from '#explanation/sources.ts';
import { type Facts, oneStepLess, withValue } from '../policies/relaxed.ts';
import { redecisions } from './fixture.ts';
import { KINDS_OF_LEVER, type KindTable, kindOfChange, kindOfRelaxation, ORDER_FLIPS } from './flip-kinds.ts';
import { harder, pick, type Random, withCeilings } from './harder-orders.ts';

export interface FlipResult {
  readonly orders: number;
  readonly failures: readonly string[];
  /** How often one answer decided the order again. */
  readonly decisions: { readonly median: number; readonly most: number };
  /** Of processor time, for the orders that were left as the world has them. */
  readonly milliseconds: { readonly median: number; readonly p95: number; readonly most: number };
}

/** Status, approval, and where the goods go from and by what: said again here, so that the code's own word is not taken. */
function outcome({ status, approvals, chosen }: Decision): string {
  if (!chosen) return 'nothing ships';
  const shipments = (chosen?.plan.shipments ?? []).map((one) => [one.nodeId, one.carrierService].join(' by ')).sort();
  return JSON.stringify([status, approvals.length > 0, shipments]);
}

/** The facts with what was printed done to them, `less` steps short of it; null where the text says nothing known. */
function applied(facts: Facts, text: string, less: number): Facts | null {
  const { request, snapshot } = facts;
  const { order } = request;
  const asked = (change: Partial<typeof order>): Facts => ({
    ...facts,
    request: { ...request, order: { ...order, ...change } },
  });
  const promise = /^a promise (\d+) days? (later|earlier)$/.exec(text);
  if (promise)
    return asked({
      promiseDate: order.promiseDate! + (promise[2] === 'later' ? 1 : -1) * (Number(promise[1]) - less) * DAY_MS,
    });
  const units = /^(\d+) more units? of (\S+) at (\S+)$/.exec(text);
  if (units) {
    const supply = structuredClone(snapshot.supply) as {
      -readonly [K in keyof (typeof snapshot.supply)[number]]: (typeof snapshot.supply)[number][K];
    }[];
    for (const one of supply)
      if (one.itemId === units[2] && one.nodeId === units[3]) one.onHand += Number(units[1]) - less;
    return { ...facts, snapshot: { ...snapshot, supply } };
  }
  const cap = /^a freight cap ([\d.]+) ([A-Z]{3}) higher$/.exec(text);
  if (cap) {
    const raise = Math.round(Number(cap[1]) * 10 ** CURRENCY_DECIMALS[order.currency]) - less;
    return withCeilings(facts, (known) => known + raise);
  }
  const tier = /^customer tier (\w+)$/.exec(text);
  if (tier) {
    const customerTier = tier[1] as CustomerTier;
    const { customer } = snapshot;
    return {
      ...asked({ customerTier }),
      snapshot: { ...snapshot, customer: customer && { ...customer, customerTier } },
    };
  }
  const only = /^only (\S+)$/.exec(text);
  if (only)
    return {
      ...facts,
      snapshot: { ...snapshot, lanes: snapshot.lanes.filter((one) => one.carrierService === only[1]) },
    };
  if (text === 'splitting allowed') return asked({ maxSplits: null });
  if (text === 'one shipment only') return asked({ maxSplits: 1 });
  return null;
}

/** Everything that could have been printed for a category. */
function choicesOf({ request, snapshot }: Facts, lever: Counterfactual['lever']): string[] {
  if (lever === 'customerTier')
    return CUSTOMER_TIERS.filter((tier) => tier !== request.order.customerTier).map((tier) => `customer tier ${tier}`);
  if (lever === 'carrierService')
    return [...new Set(snapshot.lanes.map(({ carrierService }) => `only ${carrierService}`))];
  return [];
}

const cost = ({ chosen }: Decision): number => chosen?.costs.total ?? Number.POSITIVE_INFINITY;

/** The plan that an id writes out: nodes, services, lines and quantities, a substitute by its item. */
function draftFrom(candidateId: string, { order }: Facts['request']): PlanDraft {
  const shipments = candidateId.split('+').map((shipment) => {
    const [, nodeId = '', carrierService = '', picks = ''] = /^(.+)\/(.+?):(.+)$/.exec(shipment) ?? [];
    const assignments = picks.split(',').map((pick) => {
      const [, orderLineId = '', substitute, qty] = /^(.+?)(?:\((.+)\))?=(\d+)$/.exec(pick) ?? [];
      const line = order.lines.find((one) => one.orderLineId === orderLineId);
      return { orderLineId, itemId: substitute ?? line?.itemId ?? '', qty: Number(qty) };
    });
    return { nodeId, carrierService, assignments };
  });
  return { shipments };
}

/** Orders that are drawn beyond those asked for, until each kind was seen. */
const MOST_MORE = 200;

/**
 * Draws orders of the world, some made harder, and does to each what every printed flip says, by other code than that
 * which found it: then `decide()` must come out otherwise, and with one step less as before. Counts what it saw by kind.
 */
export function fuzzFlips(orders: number, world: readonly Redecision[], random: Random, table: KindTable): FlipResult {
  const failures: string[] = [];
  const counts: number[] = [];
  const took: number[] = [];
  for (let run = 0; run < orders + MOST_MORE; run++) {
    const missing = table.neverDrawn(ORDER_FLIPS);
    if (run >= orders && missing.length === 0) break;
    const drawn = pick(random, world);
    const decide = ({ request, snapshot, policy }: Facts): Decision => drawn.decide(request, snapshot, policy);
    const facts = harder(run, drawn, decide(drawn), random);
    const recorded = decide(facts);
    const relaxed = (recorded.exception?.nearest ?? []).flatMap(({ candidateId, outcomes }) =>
      outcomes.flatMap(({ ruleId, relaxation }) =>
        relaxation ? [{ candidateId, ruleId, relaxation, kind: kindOfRelaxation(relaxation) }] : [],
      ),
    );
    if (run >= orders && !relaxed.some(({ kind }) => missing.includes(kind))) continue;
    const counted = (kind: string, text: string, faults: readonly string[]): void => {
      table.count(kind, faults.length === 0);
      failures.push(...faults.map((fault) => `run ${run}, order ${recorded.orderId}: ${text}: ${fault}`));
    };
    let asked = 0;
    const begun = process.cpuUsage();
    const again: Redecision = {
      ...drawn,
      ...facts,
      select: (...given) => {
        asked++;
        return drawn.select(...given);
      },
    };
    const levers = LEVER_NAMES.filter((lever) => KINDS_OF_LEVER[lever].some((kind) => table.wanted(kind)));
    const printed = levers.flatMap((lever) => counterfactuals(recorded, again, lever));
    const { user, system } = process.cpuUsage(begun);
    counts.push(asked);
    // What was made harder is no order of the world: only the others say how long an answer takes.
    if (facts === drawn) took.push((user + system) / 1000);
    for (const change of printed.filter((one) => table.wanted(kindOfChange(one))))
      counted(kindOfChange(change), change.text, faultsOfChange(change, facts, recorded, decide));
    for (const { candidateId, ruleId, relaxation, kind } of relaxed.filter((one) => table.wanted(one.kind)))
      counted(
        kind,
        `${ruleId} on ${candidateId}: ${relaxation.text}`,
        faultsOfRelaxation(relaxation, ruleId, candidateId, facts, recorded, decide),
      );
  }
  const at = (values: readonly number[], share: number): number =>
    Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0);
  return {
    orders: counts.length,
    failures,
    decisions: { median: at(counts, 0.5), most: at(counts, 1) },
    milliseconds: { median: at(took, 0.5), p95: at(took, 0.95), most: at(took, 1) },
  };
}

type Decide = (facts: Facts) => Decision;

function faultsOfChange(
  { lever, text, step }: Counterfactual,
  facts: Facts,
  recorded: Decision,
  decide: Decide,
): string[] {
  const faults: string[] = [];
  const before = outcome(recorded);
  const changed = applied(facts, text, 0);
  const then = changed && decide(changed);
  if (!then || outcome(then) === before) faults.push('the outcome stays');
  const short = step ? applied(facts, text, 1) : null;
  if (short && outcome(decide(short)) !== before) faults.push('one step less alters the outcome too');
  for (const other of choicesOf(facts, lever)) {
    const instead = decide(applied(facts, other, 0)!);
    if (then && outcome(instead) !== before && cost(instead) < cost(then)) faults.push(`${other} costs less`);
  }
  return faults;
}

function faultsOfRelaxation(
  relaxation: Relaxation,
  ruleId: string,
  candidateId: string,
  facts: Facts,
  recorded: Decision,
  decide: Decide,
): string[] {
  // Asked for by name, so that `decide()` says what the guard makes of just this plan.
  const suggestedOption = draftFrom(candidateId, facts.request);
  const standing = (changed: Facts): ReadonlySet<string> | null => {
    const { suggested } = decide({ ...changed, request: { ...changed.request, suggestedOption } });
    if (!suggested?.candidate) return null;
    const against = suggested.outcomes.filter(({ verdict }) => verdict === 'DENY' || verdict === 'CLAMP');
    return new Set(against.map((one) => one.ruleId));
  };
  const before = standing(facts);
  if (!before?.has(ruleId)) return ['the rule does not stand against the plan'];
  const letsThrough = (changed: Facts): boolean => {
    const after = standing(changed);
    return after !== null && !after.has(ruleId) && [...after].every((other) => before.has(other));
  };
  const faults: string[] = [];
  const changed = withValue(facts, relaxation.path, relaxation.to);
  if (!letsThrough(changed)) faults.push('the rule still stands against it, or another does');
  if (before.size === 1 && !recorded.chosen && !decide(changed).chosen)
    faults.push('the only rule in the way, yet nothing is sourced');
  const less = oneStepLess(relaxation);
  if (less !== null && letsThrough(withValue(facts, relaxation.path, less)))
    faults.push('one step less lets it through too');
  return faults;
}

/** The risk that a printed flip reaches, and one that the rarely risky splits of the demo are above. */
const RISK_LIMITS = [0.5, 0.02];

/** Every printed flip of a risk of the service's own decisions: scored again as printed, and one step less. */
export function checkRiskFlips(sources: Sources, table: KindTable): { readonly failures: readonly string[] } {
  const failures: string[] = [];
  for (const { request } of redecisions(sources)) {
    const recorded = sources.recorded(request.decisionId)!;
    const explained = RISK_LIMITS.flatMap((limit) =>
      riskReasons(recorded, sources, referenceOf(recorded, sources), limit).map((one) => ({ ...one, limit })),
    );
    for (const { task, subject, reasons, limit } of explained) {
      const used = recorded.decision.models.find((one) => one.task === task)!;
      const offered = recorded.evidence.offeredModels.find(({ sha256 }) => sha256 === used.sha256)!;
      const model = sources.model(used.sha256, offered.trainedAt)!;
      const scored = recorded.evidence.features.find(({ featureSetId }) => featureSetId.startsWith(`${task}@`))!;
      const row = scored.rows[scored.subjects.indexOf(subject)]!;
      for (const { feature, flip } of reasons) {
        if (!flip) continue;
        const index = model.featureSet.features.findIndex(({ name }) => name === feature);
        const at = (value: number): number => {
          const values = Float64Array.from(row, (one, i) => (i === index ? value : (one ?? Number.NaN)));
          return model.predict({ rows: 1, columns: row.length, values })[0]!;
        };
        // As a sentence prints it, to three decimals.
        const shown = Number(flip.value.toFixed(3));
        const less = Number((shown + (flip.bound === 'gte' ? -flip.step : flip.step)).toFixed(6));
        const where = `order ${recorded.decision.orderId}, ${feature} at ${shown}`;
        const faults = [
          ...(at(shown) > limit ? [`the risk stays above ${limit}`] : []),
          ...(at(less) <= limit ? ['one step less does it too'] : []),
        ];
        table.count(`feature behind the ${task} risk`, faults.length === 0);
        failures.push(...faults.map((fault) => `${where}: ${fault}`));
      }
    }
  }
  return { failures };
}
