import { REASON_CODES } from '#domain/reason-codes.ts';
import { type Instant, toRfc3339 } from '#domain/time.ts';
import type { Condition } from '#explanation/catalogue/parameters.ts';
import type { Plan } from '#explanation/catalogue/plan.ts';
import type { Range } from './calendar.ts';
import { OPEN_START } from './dates.ts';
import { groupNamed } from './grouping.ts';
import { leverOf, shiftDays, splitAllowed } from './levers.ts';
import { MANY, N, numberIn } from './numbers.ts';
import { ids, type Reading } from './reading.ts';
import { isReason } from './unknown-names.ts';

export type Parameters = Readonly<Record<string, unknown>>;

const CONDITION_OF: readonly (readonly [Condition, (reading: Reading) => boolean])[] = [
  ['pendingApproval', ({ signals }) => signals.has('APPROVAL')],
  [
    'movedFromErp',
    ({ signals, text }) =>
      signals.has('MOVED') ||
      (signals.has('ERP') &&
        /\b(?:differ\w*|different|deviat\w*|away|moved|other than|another way|other way|differently|not what|unlike|changed|disagree\w*|against|instead)\b/.test(
          text,
        )),
  ],
  ['overridden', ({ signals }) => signals.has('OVERRIDE')],
  ['degraded', ({ signals }) => signals.has('DEGRADED')],
  ['notSourced', ({ signals }) => signals.has('NOT_SOURCED')],
  ['backordered', ({ signals }) => signals.has('BACKORDER')],
  ['partiallySourced', ({ signals }) => signals.has('PARTIAL')],
  ['split', ({ signals }) => signals.has('SPLIT')],
  ['clamped', ({ signals }) => signals.has('CLAMP')],
  [
    'exception',
    ({ signals, text }) => signals.has('EXCEPTION') || /\b(?:blocked|stuck|held|on hold|held up)\b/.test(text),
  ],
  ['late', ({ signals }) => signals.has('LATE')],
  ['expedited', ({ signals }) => signals.has('EXPEDITED')],
  [
    'fullySourced',
    ({ signals, text }) => signals.has('COMPLETE') && /\b(?:sourced|in full|fully|complete|completely)\b/.test(text),
  ],
];

function taskOf({ signals, text }: Reading): string | undefined {
  if (signals.has('STOCKOUT') || /\bstock ?outs?\b/.test(text)) return 'stockout';
  if (signals.has('LATE') || /\b(?:delay\w*|late\w*|eta|transit|arriv\w*|promise)\b/.test(text)) return 'delay';
  return signals.has('SPLIT') ||
    /\b(?:(?:additional|extra|more|further) (?:shipments?|parcels?|deliveries|boxes|consignments?)|falls? apart)\b/.test(
      text,
    )
    ? 'split'
    : undefined;
}

/** `from September to October` is one stretch, but where periods are compared it names two. */
function comparedIn({ ranges: [range, other] }: Reading): readonly [Range, Range] | undefined {
  return other === undefined ? range?.ends : undefined;
}

function periodOf(reading: Reading, plan: Plan): { from?: string; to?: string } {
  const two = plan.name === 'compare-periods' ? comparedIn(reading)?.[1] : undefined;
  const range = two ?? reading.ranges[0];
  if (!range) return {};
  const out: { from?: string; to?: string } = { to: toRfc3339(range.to) };
  if (range.from !== OPEN_START) out.from = toRfc3339(range.from);
  return out;
}

function second(reading: Reading): { from: Instant; to: Instant } | undefined {
  return reading.ranges[1] ?? comparedIn(reading)?.[0];
}

/** How each parameter of the catalogue is read, by its name. Absent stays absent: no parameter is guessed. */
const FILL: Readonly<Record<string, (reading: Reading, plan: Plan) => unknown>> = {
  orderId: (reading) => ids(reading, 'order')[0],
  nodeId: (reading) => ids(reading, 'node')[0],
  nodeIds: (reading) => (ids(reading, 'node').length >= 2 ? ids(reading, 'node').slice(0, 4) : undefined),
  carrier: (reading, plan) => (plan.name === 'compare-carriers' ? undefined : ids(reading, 'carrier')[0]),
  carriers: (reading) => {
    const carriers = ids(reading, 'carrier');
    const services = ids(reading, 'carrierService');
    return carriers.length >= 2 ? carriers.slice(0, 4) : services.length >= 2 ? services.slice(0, 4) : undefined;
  },
  carrierService: (reading) => ids(reading, 'carrierService')[0],
  zone: (reading) => ids(reading, 'zone')[0],
  customerId: (reading) => ids(reading, 'customer')[0],
  customerTier: (reading) => ids(reading, 'customerTier').at(-1),
  channel: (reading) => ids(reading, 'channel')[0],
  itemId: (reading) => ids(reading, 'item')[0],
  ruleId: (reading) => ids(reading, 'rule')[0],
  // `credit hold` is a reason, not the credit department.
  owner: ({ entities, tokens }) =>
    entities.find(
      ({ kind, first, last }) =>
        kind === 'owner' &&
        !(REASON_CODES as readonly string[]).includes(
          `${tokens[first]!.word}_${tokens[last + 1]?.word ?? ''}`.toUpperCase(),
        ),
    )?.id,
  approverRole: (reading) => ids(reading, 'owner')[0],
  category: ({ text, tokens }) =>
    tokens.find(({ raw }) => isReason(raw))?.raw ??
    REASON_CODES.find((code) => text.includes(code.toLowerCase().replaceAll('_', ' '))) ??
    (/\bapproval exceptions?\b/.test(text) ? 'APPROVAL' : undefined),
  from: (reading, plan) => (plan.name === 'what-if' ? undefined : periodOf(reading, plan).from),
  to: (reading, plan) => (plan.name === 'what-if' ? undefined : periodOf(reading, plan).to),
  baseFrom: (reading) => second(reading) && toRfc3339(second(reading)!.from),
  baseTo: (reading) => second(reading) && toRfc3339(second(reading)!.to),
  metric: ({ metrics }) => metrics[0],
  groupBy: (reading, plan) => {
    if (plan.name === 'exceptions-aging') {
      if (/\b(?:by|per|each|which) (?:category|categories|reason|reasons|type|kind|cause)\b/.test(reading.text))
        return 'category';
      const group = groupNamed(reading.text, reading.ranges);
      return group === 'node' ? 'node' : undefined;
    }
    return groupNamed(reading.text, reading.ranges);
  },
  top: ({ text }) => {
    const m =
      new RegExp(`\\b(?:top|first|last|worst|best|biggest|highest|riskiest|latest|oldest|largest|newest) ${N}\\b`).exec(
        text,
      ) ??
      new RegExp(
        `\\b${MANY} (?:\\w+ )?(?:most|worst|best|biggest|highest|riskiest|latest|oldest|largest|newest|slowest|longest|top)\\b`,
      ).exec(text) ??
      new RegExp(`\\b(?:list|show|show me|give me|name)(?: the| me)? ${N}(?: |$)`).exec(text) ??
      new RegExp(
        `\\b(?:which|what|the) ${MANY} (?:\\w+ )?(?:rules|orders|lanes|exceptions|overrides|approvals|customers|items)\\b`,
      ).exec(text);
    const value = numberIn(m?.[1]);
    return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 100 ? value : undefined;
  },
  condition: (reading) => CONDITION_OF.find(([, holds]) => holds(reading))?.[0],
  verdict: ({ text, signals }) => {
    if (/\b(?:den(?:y|ies|ied|ial|ials)|reject\w*|forbid\w*|forbade|refus\w*|block\w*|veto\w*|stop\w*)\b/.test(text))
      return 'DENY';
    if (signals.has('APPROVAL') || /\b(?:escalat\w*)\b/.test(text)) return 'REQUIRE_APPROVAL';
    return /\b(?:clamp\w*|capp\w*|caps|cuts?|cutting|trim\w*|curtail\w*|downgrad\w*|reduc\w*|adjust\w*|throttl\w*)\b/.test(
      text,
    )
      ? 'CLAMP'
      : undefined;
  },
  task: taskOf,
  risk: taskOf,
  above: ({ text }) => {
    const m =
      /\b(?:above|over|more than|greater than|at least|exceeding|beyond|higher than) (\d{1,3}(?:\.\d+)?) ?(%|percent|pct)?/.exec(
        text,
      );
    if (!m) return undefined;
    const value = m[2] || Number(m[1]) > 1 ? Number(m[1]) / 100 : Number(m[1]);
    return value >= 0 && value <= 1 ? value : undefined;
  },
  state: ({ text, signals }, plan) => {
    if (plan.name === 'approvals') {
      if (
        /\b(?:pending|wait\w*|await\w*|outstanding|open|needs?|needing|requir\w*|to be|still|queue|unanswered|undecided|has to|have to|must|due)\b/.test(
          text,
        )
      )
        return 'pending';
      if (signals.has('REFUSED')) return 'refused';
      return /\b(?:approved|granted|signed off|did .* (?:approve|sign(?: \w+)? off|let through|wave through)|authorized|gave|given|has approved|have approved|accepted|who approved)\b/.test(
        text,
      )
        ? 'approved'
        : undefined;
    }
    if (
      /\b(?:resolved|closed|settled|solved|cleared|handled|done)\b/.test(text) &&
      !/\bnot (?:yet )?(?:resolved|closed|solved)\b/.test(text)
    )
      return 'resolved';
    if (signals.has('SNOOZED')) return 'snoozed';
    return /\b(?:open|unresolved|active|outstanding|current|pending|still)\b/.test(text) ? 'open' : undefined;
  },
  lever: leverOf,
  promiseShiftDays: (reading) => shiftDays(reading),
  promiseDate: (reading) =>
    reading.ranges[0] && shiftDays(reading) === undefined ? toRfc3339(reading.ranges[0].to) : undefined,
  freightCap: ({ text }) => {
    if (!/\b(?:freight|cap|ceiling|budget|limit)\b/.test(text)) return undefined;
    return numberIn(
      /(?:€|\$|£|eur|euro|euros|usd|dollars?|to|at|of|was|were|is|be|by) ?(\d{1,7}(?:\.\d+)?)\b/.exec(text)?.[1] ??
        /\b(\d{1,7}(?:\.\d+)?) ?(?:€|eur|euros?|usd|dollars?)/.exec(text)?.[1],
    );
  },
  splitAllowed,
  addQty: ({ text }) =>
    numberIn(
      new RegExp(
        `\\b${N} (?:more |extra |additional |further )?(?:units?|pieces?|pcs|more|extra|additional|ea|of #(?: more| extra)?)(?! day)`,
      ).exec(text)?.[1],
    ),
};

/** The plan's parameters as the question names them; what it does not name is absent. */
export function fillParameters(plan: Plan, reading: Reading): Parameters {
  const filled: Record<string, unknown> = {};
  for (const name of Object.keys(plan.parameters.shape)) {
    const value = FILL[name]?.(reading, plan);
    if (value !== undefined) filled[name] = value;
  }
  return filled;
}
