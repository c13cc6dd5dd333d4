import type { PlanDraft } from '#domain/candidate.ts';
import type { Decision } from '#domain/decision.ts';
import { CURRENCY_DECIMALS } from '#domain/money.ts';
import { CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import { DAY_MS } from '#domain/time.ts';
import { referenceOf } from '#explanation/answers/risk-answers.ts';
import { riskReasons } from '#explanation/attributions.ts';
import { type Counterfactual, counterfactuals } from '#explanation/counterfactuals.ts';
import type { Redecision, Sources } from '#explanation/sources.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { PolicyDocument, RuleDocument } from '#policies/policy.ts';
import { type Facts, oneStepLess, withValue } from '../policies/relaxed.ts';
import { redecisions } from './fixture.ts';

export interface FlipResult {
  readonly orders: number;
  /** Printed flips by lever; relaxations as `relaxation of ...`. */
  readonly flips: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  /** How often one answer decided the order again. */
  readonly decisions: { readonly median: number; readonly most: number };
  /** Of processor time, for the orders that were left as the world has them. */
  readonly milliseconds: { readonly median: number; readonly p95: number; readonly most: number };
}

type Random = () => number;

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const upTo = (random: Random, most: number): number => 1 + Math.floor(random() * most);

/** Status, approval, and where the goods go from and by what: said again here, so that the code's own word is not taken. */
function outcome({ status, approvals, chosen }: Decision): string {
  const shipments = (chosen?.plan.shipments ?? []).map((one) => [one.nodeId, one.carrierService].join(' by ')).sort();
  return JSON.stringify([status, approvals.length > 0, shipments]);
}

function withRules(facts: Facts, change: (rule: RuleDocument) => RuleDocument, levers = {}): Facts {
  const { document } = facts.policy;
  const changed: PolicyDocument = {
    ...document,
    levers: { ...document.levers, ...levers },
    rules: document.rules.map(change),
  };
  return { ...facts, policy: policyFromDocument(changed) };
}

const limitOf = (limit: Readonly<Record<CustomerTier, number>>, of: (known: number) => number) =>
  Object.fromEntries(CUSTOMER_TIERS.map((tier) => [tier, of(limit[tier])])) as Record<CustomerTier, number>;

/** Every ceiling of the freight, as the policy's document says it. */
const withCeilings = (facts: Facts, of: (known: number) => number, severity?: 'deny' | 'approve'): Facts =>
  withRules(facts, (rule) =>
    rule.kind === 'freight-ceiling'
      ? {
          ...rule,
          move: severity === 'deny' ? [] : rule.move,
          variants: rule.variants.map((variant) => ({
            ...variant,
            severity: severity === 'deny' && variant.approvals.length === 0 ? 'deny' : variant.severity,
            limit: variant.limit && limitOf(variant.limit, of),
          })),
        }
      : rule,
  );

/** An order of the world with up to three things made harder, so that every lever has something to lift. */
function harder(facts: Facts, decided: Decision, random: Random): Facts {
  const { order } = facts.request;
  const freight = decided.chosen?.plan.shipments.reduce((sum, one) => sum + one.freight, 0) ?? 0;
  const withOrder = (one: Facts, change: Partial<typeof order>): Facts => ({
    ...one,
    request: { ...one.request, order: { ...one.request.order, ...change } },
  });
  const withSupply = (one: Facts, change: (known: Facts['snapshot']['supply'][number]) => object): Facts => ({
    ...one,
    snapshot: { ...one.snapshot, supply: one.snapshot.supply.map((known) => ({ ...known, ...change(known) })) },
  });
  const ways: readonly ((one: Facts) => Facts)[] = [
    (one) => withCeilings(one, () => Math.max(1, Math.round(freight * (0.5 + random() / 2))), 'deny'),
    (one) => withCeilings(one, () => Math.max(1, Math.round(freight * (0.5 + random() / 2)))),
    (one) => withOrder(one, { maxSplits: upTo(random, 2) }),
    (one) => withOrder(one, { shipComplete: true }),
    (one) => withOrder(one, { creditStatus: 'HOLD' }),
    (one) => withOrder(one, { priority: upTo(random, 9) }),
    (one) =>
      one.request.order.promiseDate === null
        ? one
        : withOrder(one, { promiseDate: one.request.order.promiseDate - upTo(random, 6) * DAY_MS }),
    (one) => withSupply(one, ({ onHand }) => ({ safetyStock: Math.floor(onHand * random()) })),
    (one) => withSupply(one, ({ onHand }) => ({ supplyProtectionQty: Math.floor(onHand * random()) })),
    (one) => withSupply(one, ({ onHand }) => ({ onHand: Math.floor(onHand * random()) })),
    (one) => ({
      ...one,
      snapshot: { ...one.snapshot, nodes: one.snapshot.nodes.map((node) => ({ ...node, capacity: upTo(random, 9) })) },
    }),
  ];
  let changed = facts;
  for (let left = Math.floor(random() * 4); left > 0; left--) changed = pick(random, ways)(changed);
  return changed;
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

/**
 * Draws orders of the world, some made harder, and does to each what every printed flip says, by other code than that
 * which found it: then `decide()` must come out otherwise, and with one step less as before.
 */
export function fuzzFlips(orders: number, world: readonly Redecision[], random: Random): FlipResult {
  const flips: Record<string, number> = {};
  const failures: string[] = [];
  const counts: number[] = [];
  const took: number[] = [];
  for (let run = 0; run < orders; run++) {
    const drawn = pick(random, world);
    const decide = ({ request, snapshot, policy }: Facts): Decision => drawn.decide(request, snapshot, policy);
    const facts = harder(drawn, decide(drawn), random);
    const recorded = decide(facts);
    const before = outcome(recorded);
    const fail = (text: string): void => {
      failures.push(`run ${run}, order ${recorded.orderId}: ${text}`);
    };
    const count = (name: string): void => {
      flips[name] = (flips[name] ?? 0) + 1;
    };
    let asked = 0;
    const begun = process.cpuUsage();
    const printed = counterfactuals(recorded, {
      ...facts,
      decide: (...given) => {
        asked++;
        return drawn.decide(...given);
      },
    });
    const { user, system } = process.cpuUsage(begun);
    counts.push(asked);
    // What was made harder is no order of the world: only the others say how long an answer takes.
    if (facts === drawn) took.push((user + system) / 1000);
    for (const { lever, text, step } of printed) {
      count(lever);
      const changed = applied(facts, text, 0);
      const then = changed && decide(changed);
      if (!then || outcome(then) === before) fail(`${text}: the outcome stays`);
      const short = step ? applied(facts, text, 1) : null;
      if (short && outcome(decide(short)) !== before) fail(`${text}: one step less alters the outcome too`);
      for (const other of choicesOf(facts, lever)) {
        const instead = decide(applied(facts, other, 0)!);
        if (then && outcome(instead) !== before && cost(instead) < cost(then)) fail(`${text}: ${other} costs less`);
      }
    }
    for (const { candidateId, outcomes } of recorded.exception?.nearest ?? []) {
      // Asked for by name, so that `decide()` says what the guard makes of just this plan.
      const suggestedOption = draftFrom(candidateId, facts.request);
      const stands = (changed: Facts, ruleId: string): boolean =>
        decide({ ...changed, request: { ...changed.request, suggestedOption } }).suggested?.outcomes.some(
          (one) => one.ruleId === ruleId && (one.verdict === 'DENY' || one.verdict === 'CLAMP'),
        ) ?? true;
      const denials = new Set(outcomes.filter(({ verdict }) => verdict === 'DENY').map((one) => one.ruleId + one.path));
      for (const { ruleId, relaxation } of outcomes) {
        if (!relaxation) continue;
        count(`relaxation of ${relaxation.lever}`);
        const text = `${ruleId} on ${candidateId}: ${relaxation.text}`;
        const changed = withValue(facts, relaxation.path, relaxation.to);
        if (stands(changed, ruleId)) fail(`${text}: the rule still stands against it`);
        if (denials.size === 1 && !recorded.chosen && !decide(changed).chosen)
          fail(`${text}: the only rule in the way, yet nothing is sourced`);
        const less = oneStepLess(relaxation);
        if (!stands(less === null ? facts : withValue(facts, relaxation.path, less), ruleId))
          fail(`${text}: one step less lets it through too`);
      }
    }
  }
  const at = (values: readonly number[], share: number): number =>
    Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0);
  return {
    orders,
    flips: Object.fromEntries(Object.entries(flips).sort()),
    failures,
    decisions: { median: at(counts, 0.5), most: at(counts, 1) },
    milliseconds: { median: at(took, 0.5), p95: at(took, 0.95), most: at(took, 1) },
  };
}

/** Every printed flip of a risk of the service's own decisions: scored again as printed, and one step less. */
export function checkRiskFlips(sources: Sources): { readonly flips: number; readonly failures: readonly string[] } {
  let flips = 0;
  const failures: string[] = [];
  const limit = 0.5;
  for (const { request } of redecisions(sources)) {
    const recorded = sources.recorded(request.decisionId)!;
    for (const { task, subject, reasons } of riskReasons(recorded, sources, referenceOf(recorded, sources), limit)) {
      const used = recorded.decision.models.find((one) => one.task === task)!;
      const offered = recorded.evidence.offeredModels.find(({ sha256 }) => sha256 === used.sha256)!;
      const model = sources.model(used.sha256, offered.trainedAt)!;
      const scored = recorded.evidence.features.find(({ featureSetId }) => featureSetId.startsWith(`${task}@`))!;
      const row = scored.rows[scored.subjects.indexOf(subject)]!;
      for (const { feature, flip } of reasons) {
        if (!flip) continue;
        flips++;
        const index = model.featureSet.features.findIndex(({ name }) => name === feature);
        const at = (value: number): number => {
          const values = Float64Array.from(row, (one, i) => (i === index ? value : (one ?? Number.NaN)));
          return model.predict({ rows: 1, columns: row.length, values })[0]!;
        };
        // As a sentence prints it, to three decimals.
        const shown = Number(flip.value.toFixed(3));
        const less = Number((shown + (flip.bound === 'gte' ? -flip.step : flip.step)).toFixed(6));
        const where = `order ${recorded.decision.orderId}, ${feature} at ${shown}`;
        if (at(shown) > limit) failures.push(`${where}: the risk stays above ${limit}`);
        if (at(less) <= limit) failures.push(`${where}: one step less does it too`);
      }
    }
  }
  return { flips, failures };
}
