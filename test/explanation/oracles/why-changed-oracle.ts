import type { Snapshot } from '#domain/snapshot.ts';
import { type DecidedOn, decideOn, outcomeOn, planOn, withSnapshot } from './decided-on.ts';
import type { Expected, Oracle } from './oracle.ts';

const parts =
  (...names: (keyof Snapshot)[]) =>
  (earlier: DecidedOn, later: DecidedOn): DecidedOn =>
    withSnapshot(earlier, Object.fromEntries(names.map((name) => [name, later.snapshot[name]])));

/** Each input by its name, taken from the later decision while all others stay the earlier one's. */
const SWAPS: Readonly<Record<string, (earlier: DecidedOn, later: DecidedOn) => DecidedOn>> = {
  'the order itself': (earlier, { request }) => ({
    ...earlier,
    request: { ...request, decidedAt: earlier.request.decidedAt },
  }),
  stock: parts('supply'),
  'nodes (capacity, calendar, backlog)': parts('nodes'),
  'lanes (rates, carrier performance)': parts('lanes'),
  'the items (weight, size, cost)': parts('items'),
  'freight already spent': parts('freightSpent'),
  'what the day had decided before': parts('dayTotals'),
  'the customer': parts('customer'),
  'the policy': (earlier, { policy }) => ({ ...earlier, policy }),
  'the models': (earlier, { models }) => ({ ...earlier, models }),
  'how far the models have drifted': parts('drift'),
  'the prices of stock kept for later orders': (earlier, { prices }) => ({ ...earlier, prices }),
  'the time of deciding': (earlier, { request, snapshot }) =>
    withSnapshot(
      { ...earlier, request: { ...earlier.request, decidedAt: request.decidedAt } },
      { asOf: snapshot.asOf },
    ),
};

/** With every input exchanged, one after the other, the earlier decision must be the later one: none is forgotten. */
function forgotten(earlier: DecidedOn, later: DecidedOn): string[] {
  const all = Object.values(SWAPS).reduce((on, swap) => swap(on, later), earlier);
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return [
    ...(Object.keys(later.snapshot) as (keyof Snapshot)[]).filter(
      (name) => !same(all.snapshot[name], later.snapshot[name]),
    ),
    ...(['request', 'policy', 'prices'] as const).filter((name) => !same(all[name], later[name])),
  ].map((name) => `\`${name}\` differs and is not among what is exchanged`);
}

function compared(
  earlier: DecidedOn,
  later: DecidedOn,
): Pick<Expected, 'rows' | 'refuted'> & { inputs: string | null } {
  const [was, is] = [outcomeOn(earlier.evidence.decision), outcomeOn(later.evidence.decision)];
  const tried = Object.entries(SWAPS).map(([what, swap]) => ({ what, made: decideOn(swap(earlier, later)) }));
  const named = (which: (outcome: string) => boolean): string =>
    tried.flatMap(({ what, made }) => (which(outcomeOn(made)) ? [what] : [])).join(', ');
  return {
    inputs: was === is ? null : named((one) => one === is) || named((one) => one !== was && one !== is) || null,
    rows: tried.map(({ what, made }) => [what, made.status, planOn(made), made.chosen?.costs.total ?? null]),
    refuted: forgotten(earlier, later),
  };
}

const whyChanged: Oracle = (log, asked) => {
  const all = log.all(
    `SELECT id, mode, at FROM dec WHERE ord = (SELECT ord FROM dec WHERE id = :orderId OR ord = :orderId LIMIT 1) ORDER BY at, id`,
    asked,
  );
  const meant = all.filter(({ mode }) => mode !== 'quote');
  const [first, second] = (meant.length > 1 ? meant : all).slice(-2);
  if (!first) return null;
  if (!second) return { sentences: [{ at: first['at']! }] };
  const [earlier, later] = [log.decidedOn(String(first['id'])), log.decidedOn(String(second['id']))];
  const { inputs, ...found } = compared(earlier, later);
  const [was, is] = [earlier.evidence.decision, later.evidence.decision];
  return {
    sentences: [
      {
        n: all.length,
        first: first['at']!,
        was: was.status,
        from: planOn(was),
        second: second['at']!,
        is: is.status,
        to: planOn(is),
      },
      inputs === null ? {} : { inputs },
    ],
    ...found,
  };
};

export const WHY_CHANGED_ORACLES: Readonly<Record<string, Oracle>> = { 'why-changed': whyChanged };
