import { COST_TERMS, type Costs, type RejectionReason } from '#domain/candidate.ts';
import type { GuardOutcome, OutcomeValue } from '#domain/guard.ts';
import { formatMoney, isCurrency } from '#domain/money.ts';
import type { Cite } from '#explanation/sources.ts';
import {
  type Answerer,
  count,
  draft,
  list,
  money,
  NOTHING,
  percent,
  type Sentence,
  type Slot,
  say,
  table,
  text,
  when,
} from './draft.ts';
import { currentDecision, decisionsOf } from './recorded-order.ts';

/** A value in its unit, for people: minor units as money, shares as percentages. */
export function valueSlot(value: OutcomeValue, unit: string, currency: string): Slot {
  if (value === null) return { value: null, shown: '-' };
  if (typeof value !== 'number') return { value: String(value), shown: String(value) };
  if (/minor ?units/i.test(unit) && isCurrency(currency))
    return { value, shown: formatMoney(Math.round(value), currency) };
  if (unit === 'probability' || unit === 'share') return percent(value);
  return { value, shown: `${Number(value.toFixed(3))}${unit ? ` ${unit}` : ''}` };
}

export const showOrder: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency } = evidence.request.order;
  const head = say(
    'Order {{order}} was decided on {{at}} in mode {{mode}}: {{status}}.',
    {
      order: text(decision.orderId),
      at: when(decision.decidedAt, sources.zone),
      mode: text(decision.mode),
      status: text(decision.status),
    },
    cite,
  );
  if (!chosen)
    return draft([
      head,
      say('No plan was permitted; the reasons are {{codes}}.', { codes: list(decision.reasonCodes) }, cite),
    ]);
  const rows = chosen.plan.shipments.map((shipment) => [
    text(shipment.nodeId),
    text(shipment.carrierService),
    count(shipment.assignments.reduce((sum, { qty }) => sum + qty, 0)),
    when(shipment.shipDate, sources.zone),
    when(shipment.eta, sources.zone),
    money(shipment.freight, currency),
    percent(shipment.delayRisk),
  ]);
  return draft(
    [
      head,
      say(
        'It ships from {{nodes}} by {{services}} at an expected cost to serve of {{total}}.',
        {
          nodes: list(chosen.plan.shipments.map(({ nodeId }) => nodeId)),
          services: list(chosen.plan.shipments.map(({ carrierService }) => carrierService)),
          total: money(chosen.costs.total, currency),
        },
        cite,
      ),
      say(
        'The risks are: stockout {{stockout}}, delay {{delay}}, split {{split}}.',
        {
          stockout: percent(chosen.risks.stockout),
          delay: percent(chosen.risks.delay),
          split: percent(chosen.risks.split),
        },
        cite,
      ),
    ],
    table(['node', 'carrierService', ['qty', 'units'], 'shipDate', 'eta', 'freight', 'delayRisk'], rows),
  );
};

function costDifferences(ours: Costs, theirs: Costs, currency: string): { term: string; shown: Slot }[] {
  return COST_TERMS.map((term) => ({ term, difference: theirs[term] - ours[term] }))
    .filter(({ difference }) => difference !== 0)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, 3)
    .map(({ term, difference }) => ({ term, shown: money(difference, currency) }));
}

export const whyOrder: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency } = evidence.request.order;
  if (!chosen) return whyBlocked(parameters, sources);
  const [next] = decision.alternatives;
  const sentences: Sentence[] = [
    say(
      'Order {{order}} ships from {{nodes}} by {{services}} because this is the permitted plan of least expected cost to serve, {{total}}.',
      {
        order: text(decision.orderId),
        nodes: list(chosen.plan.shipments.map(({ nodeId }) => nodeId)),
        services: list(chosen.plan.shipments.map(({ carrierService }) => carrierService)),
        total: money(chosen.finalScore, currency),
      },
      cite,
    ),
  ];
  if (next) {
    const parts = costDifferences(chosen.costs, next.costs, currency);
    sentences.push(
      say(
        'The next best plan, {{next}}, would cost {{nextTotal}}, that is {{more}} more; what separates them most is {{term}} ({{difference}}).',
        {
          next: text(next.candidateId),
          nextTotal: money(next.finalScore, currency),
          more: money(next.finalScore - chosen.finalScore, currency),
          term: text(parts[0]?.term ?? 'none'),
          difference: parts[0]?.shown ?? money(0, currency),
        },
        cite,
      ),
    );
  } else sentences.push(say('No other plan was permitted.', {}, cite));
  if (decision.clamp)
    sentences.push(
      say(
        'The guard moved it from {{raw}}, by the rules {{rules}}.',
        {
          raw: text(decision.clamp.raw.candidateId),
          rules: list(decision.guard.filter(({ verdict }) => verdict === 'CLAMP').map(({ ruleId }) => ruleId)),
        },
        cite,
      ),
    );
  const rows = COST_TERMS.map((term) => [
    text(term),
    money(chosen.costs[term], currency),
    money(next?.costs[term] ?? null, currency),
  ]);
  return draft(sentences, table(['costTerm', 'chosen', 'nextBest'], rows));
};

export const whySplit: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency, lines } = evidence.request.order;
  const shipments = decision.chosen?.plan.shipments ?? [];
  if (!decision.chosen || shipments.length === 0) return whyBlocked(parameters, sources);
  const single = decision.alternatives.find(
    ({ plan }) =>
      plan.shipments.length === 1 && plan.shortLines.length <= (decision.chosen?.plan.shortLines.length ?? 0),
  );
  const order = text(decision.orderId);
  const sentences: Sentence[] = [];
  if (shipments.length === 1) {
    sentences.push(
      say(
        'Order {{order}} is not split: it goes in one shipment from {{node}}.',
        { order, node: text(shipments[0]!.nodeId) },
        cite,
      ),
    );
    const split = decision.alternatives.find(({ plan }) => plan.shipments.length > 1);
    if (split)
      sentences.push(
        say(
          'The cheapest split plan, {{plan}}, would cost {{more}} more.',
          { plan: text(split.candidateId), more: money(split.finalScore - decision.chosen.finalScore, currency) },
          cite,
        ),
      );
    return draft(sentences);
  }
  sentences.push(
    say(
      'Order {{order}} goes in {{count}} shipments, from {{nodes}}.',
      { order, count: count(shipments.length), nodes: list(shipments.map(({ nodeId }) => nodeId)) },
      cite,
    ),
  );
  if (single)
    sentences.push(
      say(
        'One shipment was possible from {{node}}, but it would cost {{total}}, {{more}} more than the split at {{ours}}.',
        {
          node: text(single.plan.shipments[0]!.nodeId),
          total: money(single.finalScore, currency),
          more: money(single.finalScore - decision.chosen.finalScore, currency),
          ours: money(decision.chosen.finalScore, currency),
        },
        cite,
      ),
    );
  else {
    const reasons = decision.rejected.filter(({ nodeIds }) => nodeIds.length === 1).flatMap(({ reasons }) => reasons);
    sentences.push(
      say(
        'No single node could ship all of it; the reasons against single nodes are {{codes}}.',
        { codes: list(reasons.map(({ code }) => code)) },
        cite,
      ),
    );
  }
  const rows = lines.map((line) => {
    const from = shipments.flatMap(({ nodeId, assignments }) =>
      assignments.filter(({ orderLineId }) => orderLineId === line.orderLineId).map(({ qty }) => `${nodeId} x ${qty}`),
    );
    return [text(line.orderLineId), text(line.itemId), count(line.orderedQty), list(from)];
  });
  return draft(sentences, table(['orderLineId', 'itemId', ['orderedQty', 'units'], 'from'], rows));
};

export const whyCarrier: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { chosen } = decision;
  const { currency } = evidence.request.order;
  if (!chosen) return whyBlocked(parameters, sources);
  const services = chosen.plan.shipments.map(({ carrierService }) => carrierService);
  const sentences: Sentence[] = [
    say(
      'Order {{order}} goes by {{services}} of {{carriers}}.',
      {
        order: text(decision.orderId),
        services: list(services),
        carriers: list(chosen.plan.shipments.map(({ carrier }) => carrier)),
      },
      cite,
    ),
  ];
  const moved = decision.guard.filter(({ verdict, path }) => verdict === 'CLAMP' && /carrierService/.test(path));
  for (const outcome of moved.slice(0, 2))
    sentences.push(
      say(
        'The rule {{rule}} moved it from {{from}} to {{to}}, at the threshold {{threshold}}.',
        {
          rule: text(outcome.ruleId),
          from: text(String(outcome.from)),
          to: text(String(outcome.to)),
          threshold: valueSlot(outcome.threshold, outcome.unit, currency),
        },
        cite,
      ),
    );
  const nodes = new Set(chosen.plan.shipments.map(({ nodeId }) => nodeId));
  const others = decision.alternatives.filter(
    ({ plan }) =>
      plan.shipments.every(({ nodeId }) => nodes.has(nodeId)) &&
      plan.shipments.some(({ carrierService }) => !services.includes(carrierService)),
  );
  const other = others[0];
  if (other)
    sentences.push(
      say(
        'From the same nodes {{other}} would cost {{more}} more and be late with {{risk}} instead of {{ours}}.',
        {
          other: list(other.plan.shipments.map(({ carrierService }) => carrierService)),
          more: money(other.finalScore - chosen.finalScore, currency),
          risk: percent(other.risks.delay),
          ours: percent(chosen.risks.delay),
        },
        cite,
      ),
    );
  else sentences.push(say('No other service from the same nodes was among the permitted plans.', {}, cite));
  const rows = [chosen, ...others]
    .slice(0, 6)
    .map((plan) => [
      list(plan.plan.shipments.map(({ carrierService }) => carrierService)),
      money(plan.costs.shipping, currency),
      money(plan.costs.delay, currency),
      percent(plan.risks.delay),
      money(plan.finalScore, currency),
    ]);
  return draft(sentences, table(['carrierService', 'shipping', 'delay', 'delayRisk', 'total'], rows));
};

function reasonRow(reason: RejectionReason, currency: string): Slot[] {
  return [
    text(reason.code),
    text(reason.subject),
    valueSlot(reason.value, reason.unit, currency),
    valueSlot(reason.threshold, reason.unit, currency),
  ];
}

export const whyNot: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { nodeId, carrier, carrierService } = parameters;
  const fits = (shipment: { nodeId: string; carrier?: string; carrierService: string }) =>
    (nodeId === undefined || shipment.nodeId === nodeId) &&
    (carrier === undefined || shipment.carrier === carrier) &&
    (carrierService === undefined || shipment.carrierService === carrierService);
  const wanted = list([nodeId, carrierService ?? carrier].filter((one): one is string => typeof one === 'string'));
  const order = text(decision.orderId);
  if (decision.chosen?.plan.shipments.some(fits))
    return draft([say('Order {{order}} does use {{wanted}}.', { order, wanted }, cite)]);
  const alternative = decision.alternatives.find(({ plan }) => plan.shipments.some(fits));
  if (alternative && decision.chosen) {
    const parts = costDifferences(decision.chosen.costs, alternative.costs, currency);
    return draft(
      [
        say(
          '{{wanted}} was permitted for {{order}}, but its best plan costs {{more}} more ({{total}} against {{ours}}); the largest part of it is {{term}} ({{difference}}).',
          {
            wanted,
            order,
            more: money(alternative.finalScore - decision.chosen.finalScore, currency),
            total: money(alternative.finalScore, currency),
            ours: money(decision.chosen.finalScore, currency),
            term: text(parts[0]?.term ?? 'none'),
            difference: parts[0]?.shown ?? money(0, currency),
          },
          cite,
        ),
      ],
      table(
        ['costTerm', 'chosen', 'wanted'],
        COST_TERMS.map((term) => [
          text(term),
          money(decision.chosen!.costs[term], currency),
          money(alternative.costs[term], currency),
        ]),
      ),
    );
  }
  const rejected = decision.rejected.filter(({ nodeIds, candidateId, reasons }) =>
    nodeId !== undefined
      ? nodeIds.includes(String(nodeId))
      : candidateId?.includes(String(carrierService ?? carrier)) ||
        reasons.some(({ subject }) => subject.includes(String(carrierService ?? carrier))),
  );
  const reasons = rejected.flatMap((one) => one.reasons);
  const outcomes = decision.guard.filter(({ verdict }) => verdict === 'DENY');
  if (reasons.length === 0)
    return draft([
      say(
        '{{wanted}} was not among the plans kept for {{order}}; rejections by reason: {{codes}}.',
        {
          wanted,
          order,
          codes: list(Object.keys(decision.rejectedCounts).concat(outcomes.map(({ reasonCode }) => reasonCode))),
        },
        cite,
      ),
    ]);
  return draft(
    [
      say(
        '{{wanted}} was ruled out for {{order}}: {{codes}}.',
        { wanted, order, codes: list(reasons.map(({ code }) => code)) },
        cite,
      ),
    ],
    table(
      ['reasonCode', 'subject', 'value', 'threshold'],
      reasons.slice(0, 20).map((reason) => reasonRow(reason, currency)),
    ),
  );
};

export function guardRow(outcome: GuardOutcome, currency: string): Slot[] {
  return [
    text(outcome.ruleId),
    text(outcome.verdict),
    text(outcome.reasonCode),
    valueSlot(outcome.from, outcome.unit, currency),
    valueSlot(outcome.threshold, outcome.unit, currency),
    text(outcome.relaxation?.text ?? null),
    text(outcome.relaxation?.changeableBy ?? outcome.approverRole),
  ];
}
const GUARD_COLUMNS = ['ruleId', 'verdict', 'reasonCode', 'value', 'threshold', 'relaxation', 'changeableBy'];

interface Stuck {
  readonly orderId: string;
  readonly status: string;
  readonly guard: readonly GuardOutcome[];
  readonly approvals: readonly { readonly ruleId: string; readonly approverRole: string }[];
  readonly reasonCodes: readonly string[];
  readonly rejectedCounts: Readonly<Record<string, number | undefined>>;
  readonly exception: {
    readonly category: string;
    readonly nearest: readonly { readonly candidateId: string; readonly outcomes: readonly GuardOutcome[] }[];
  } | null;
  readonly chosen: {
    readonly plan: { readonly shortLines: readonly { readonly itemId: string; readonly qty: number }[] };
  } | null;
}

/** Two or three sentences a person can act on: what failed, what bound, what would resolve it, who owns it. */
export function stuckSentences(decision: Stuck, owner: string | null, currency: string, cite: Cite): Sentence[] {
  const order = text(decision.orderId);
  const sentences: Sentence[] = [];
  const binding = [...decision.guard, ...(decision.exception?.nearest[0]?.outcomes ?? [])].filter(
    ({ verdict }) => verdict === 'DENY' || verdict === 'REQUIRE_APPROVAL',
  );
  if (decision.exception)
    sentences.push(
      say(
        'Order {{order}} went to the exception queue as {{category}}; {{owner}} owns it.',
        { order, category: text(decision.exception.category), owner: text(owner) },
        cite,
      ),
    );
  else if (decision.approvals.length > 0)
    sentences.push(
      say(
        'Order {{order}} waits for the approval of {{roles}} under {{rules}}.',
        {
          order,
          roles: list(decision.approvals.map(({ approverRole }) => approverRole)),
          rules: list(decision.approvals.map(({ ruleId }) => ruleId)),
        },
        cite,
      ),
    );
  const first = binding[0];
  if (first)
    sentences.push(
      say(
        'The rule {{rule}} bound: {{value}} against a threshold of {{threshold}} ({{code}}).',
        {
          rule: text(first.ruleId),
          value: valueSlot(first.from, first.unit, currency),
          threshold: valueSlot(first.threshold, first.unit, currency),
          code: text(first.reasonCode),
        },
        cite,
      ),
    );
  const relaxation = binding.find((outcome) => outcome.relaxation)?.relaxation;
  if (relaxation)
    sentences.push(
      say(
        'It would go through with: {{relaxation}}, which {{who}} may change.',
        { relaxation: text(relaxation.text), who: text(relaxation.changeableBy) },
        cite,
      ),
    );
  const short = decision.chosen?.plan.shortLines ?? [];
  if (short.length > 0)
    sentences.push(
      say(
        'Short by {{units}} units of {{items}}.',
        { units: count(short.reduce((sum, { qty }) => sum + qty, 0)), items: list(short.map(({ itemId }) => itemId)) },
        cite,
      ),
    );
  if (sentences.length === 0 || (!first && short.length === 0 && decision.exception))
    sentences.push(
      say(
        'The reasons on record for {{order}} ({{status}}) are {{codes}}.',
        {
          order,
          status: text(decision.status),
          codes: list([...decision.reasonCodes, ...Object.keys(decision.rejectedCounts)]),
        },
        cite,
      ),
    );
  return sentences;
}

export const whyBlocked: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const sentences = stuckSentences(decision, decision.exception?.owner ?? null, currency, cite);
  const open = decision.status === 'FULLY_SOURCED' && decision.approvals.length === 0 && !decision.exception;
  const rows = [...decision.guard, ...(decision.exception?.nearest.flatMap(({ outcomes }) => outcomes) ?? [])]
    .filter(({ verdict }) => verdict !== 'ALLOW')
    .slice(0, 20)
    .map((outcome) => guardRow(outcome, currency));
  return draft(
    open
      ? [
          say(
            'Nothing holds order {{order}}: it is {{status}} and waits for nobody.',
            { order: text(decision.orderId), status: text(decision.status) },
            cite,
          ),
        ]
      : sentences,
    rows.length > 0 ? table(GUARD_COLUMNS, rows) : null,
  );
};

export const orderRules: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { ruleId } = parameters;
  const spoke = [
    ...decision.guard,
    ...(decision.chosen ? [] : (decision.exception?.nearest[0]?.outcomes ?? [])),
  ].filter((outcome) => ruleId === undefined || outcome.ruleId === ruleId);
  const acted = spoke.filter(({ verdict }) => verdict !== 'ALLOW');
  const order = text(decision.orderId);
  const sentences: Sentence[] = [
    acted.length > 0
      ? say(
          '{{rules}} acted on {{order}}.',
          { rules: list(acted.map(({ ruleId, verdict }) => `${ruleId} (${verdict})`)), order },
          cite,
        )
      : say(
          'No rule did more than allow on {{order}}{{rule}}.',
          { order, rule: text(typeof ruleId === 'string' ? ` for ${ruleId}` : '') },
          cite,
        ),
  ];
  const clamp = acted.find(({ verdict }) => verdict === 'CLAMP');
  if (clamp)
    sentences.push(
      say(
        '{{rule}} changed {{path}} from {{from}} to {{to}}.',
        {
          rule: text(clamp.ruleId),
          path: text(clamp.path),
          from: text(String(clamp.from)),
          to: text(String(clamp.to)),
        },
        cite,
      ),
    );
  return draft(
    sentences,
    spoke.length > 0
      ? table(
          GUARD_COLUMNS,
          spoke.slice(0, 60).map((outcome) => guardRow(outcome, currency)),
        )
      : null,
  );
};

export const orderAlternatives: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const permitted = decision.alternatives.length;
  const counted = Object.values(decision.rejectedCounts).reduce((sum, n) => sum + (n ?? 0), 0);
  const sentences = [
    say(
      'Besides the chosen plan {{permitted}} more were permitted for {{order}}, and {{rejected}} kept as rejected.',
      { permitted: count(permitted), order: text(decision.orderId), rejected: count(decision.rejected.length) },
      cite,
    ),
    ...(counted > 0
      ? [
          say(
            'Rejections counted by reason: {{reasons}}.',
            { reasons: list(Object.entries(decision.rejectedCounts).map(([code, n]) => `${code} ${n}`)) },
            cite,
          ),
        ]
      : []),
  ];
  const rows = [
    ...[...(decision.chosen ? [decision.chosen] : []), ...decision.alternatives].map((one) => [
      count(one.rank),
      text(one.candidateId),
      money(one.finalScore, currency),
      percent(one.risks.delay),
      text(one.rank === 1 ? 'chosen' : 'costs more'),
    ]),
    ...decision.rejected.map((one) => [
      text('-'),
      text(one.candidateId ?? one.nodeIds.join('+')),
      money(one.costs?.total ?? null, currency),
      percent(one.risks?.delay ?? null),
      list(one.reasons.map(({ code }) => code)),
    ]),
  ];
  return draft(sentences, table(['rank', 'candidate', 'costToServe', 'delayRisk', 'why'], rows.slice(0, 60)));
};

export const orderCosts: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { decision, evidence, cite } = found;
  const { currency } = evidence.request.order;
  const { chosen } = decision;
  if (!chosen)
    return draft([
      say('Nothing was chosen for {{order}}, so there is no cost to serve.', { order: text(decision.orderId) }, cite),
    ]);
  return draft(
    [
      say(
        'Order {{order}} is expected to cost {{total}} to serve, of which {{shipping}} is freight.',
        {
          order: text(decision.orderId),
          total: money(chosen.costs.total, currency),
          shipping: money(chosen.costs.shipping, currency),
        },
        cite,
      ),
      ...(decision.suggested?.saving != null
        ? [
            say(
              "The ERP's own choice would have cost {{saving}} more.",
              { saving: money(decision.suggested.saving, currency) },
              cite,
            ),
          ]
        : []),
    ],
    table(
      ['costTerm', 'amount'],
      [
        ...COST_TERMS.map((term) => [text(term), money(chosen.costs[term], currency)]),
        [text('total'), money(chosen.costs.total, currency)],
      ],
    ),
    { kind: 'bar', x: 'costTerm', y: 'amount' },
  );
};

export const orderHistory: Answerer = (parameters, sources) => {
  const decisions = decisionsOf(parameters, sources);
  const orderId = decisions[0]?.['order_id'];
  if (orderId === undefined || orderId === null) return NOTHING;
  const { rows, cite } = sources.query(
    `SELECT decided_at AS at, 'decision ' || status AS event, decision_id AS detail, actor AS who FROM decision_index WHERE tenant_id = :tenant AND order_id = :order
     UNION ALL SELECT opened_at, 'exception opened', category, owner FROM exceptions WHERE tenant_id = :tenant AND order_id = :order
     UNION ALL SELECT resolved_at, 'exception resolved', resolution, assignee FROM exceptions WHERE tenant_id = :tenant AND order_id = :order AND resolved_at IS NOT NULL
     UNION ALL SELECT a.raised_at, 'approval asked of ' || a.approver_role, a.rule_id, a.raised_by FROM approvals a JOIN decision_index d ON d.tenant_id = a.tenant_id AND d.decision_id = a.decision_id WHERE a.tenant_id = :tenant AND d.order_id = :order
     UNION ALL SELECT a.decided_at, 'approval ' || lower(a.state), a.rule_id, a.decided_by FROM approvals a JOIN decision_index d ON d.tenant_id = a.tenant_id AND d.decision_id = a.decision_id WHERE a.tenant_id = :tenant AND d.order_id = :order AND a.decided_at IS NOT NULL
     UNION ALL SELECT at, 'override', reason_code, actor FROM overrides WHERE tenant_id = :tenant AND order_id = :order
     UNION ALL SELECT shipped_at, 'shipped from ' || node_id, shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND shipped_at IS NOT NULL
     UNION ALL SELECT delivered_at, 'delivered', shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND delivered_at IS NOT NULL
     UNION ALL SELECT failed_at, 'delivery failed', shipment_id, carrier_service FROM shipments WHERE tenant_id = :tenant AND order_id = :order AND failed_at IS NOT NULL
     ORDER BY 1 LIMIT 100`,
    { order: String(orderId) },
  );
  return draft(
    [
      say(
        '{{events}} events are on record for order {{order}}, {{decisions}} of them decisions.',
        { events: count(rows.length), order: text(String(orderId)), decisions: count(decisions.length) },
        cite,
      ),
    ],
    table(
      ['at', 'event', 'detail', 'who'],
      rows.map((row) => [
        when(row['at'] as number | null, sources.zone),
        text(row['event'] as string),
        text(row['detail'] as string | null),
        text(row['who'] as string | null),
      ]),
    ),
  );
};

export const orderProof: Answerer = (parameters, sources) => {
  const found = currentDecision(parameters, sources);
  if (!found) return NOTHING;
  const { cite, decision } = found;
  return draft([
    say(
      'The decision {{decision}} on order {{order}} is leaf {{ref}} of the log; its receipt is at {{path}}.',
      {
        decision: text(decision.decisionId),
        order: text(decision.orderId),
        ref: text(cite.ref),
        path: text(`/v1/decisions/${decision.decisionId}/receipt`),
      },
      cite,
    ),
    say('Anybody with the verifier key can check the receipt against the checkpoint it carries.', {}, cite),
  ]);
};
