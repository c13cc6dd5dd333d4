import { readdirSync, readFileSync } from 'node:fs';
import { words } from '#explanation/grammar/words.ts';
import { type Random, randomFrom } from '../random.ts';

/** A question to learn from: its text and the plan, or the kind of abstention, that is right. */
export interface Phrase {
  readonly label: string;
  readonly text: string;
  /** Which line it was made from: lines, not renderings, count. */
  readonly line: number;
}

const NAMES: Readonly<Record<string, readonly string[]>> = {
  order: [
    'DEMO-0042',
    'DEMO-0007',
    'order 42',
    '#42',
    'demo 101',
    'order DEMO-0117',
    'order no. 88',
    'demo-0031',
    'this order',
    'the order',
    'it',
    'this',
    'DEMO-0057',
    'order 12',
    '#19',
    'my order',
    '63',
    '118',
  ],
  node: ['DC-LYON', 'Rotterdam', 'DC-LEIPZIG', 'the Leipzig DC', 'STORE-PARIS', '3PL-LODZ', 'zaragoza'],
  node2: ['DC-ZARAGOZA', 'Verona', '3PL-VERONA', 'STORE-LISBON', 'dublin'],
  node3: ['VENDOR-HELSINKI', 'STORE-DUBLIN'],
  carrier: ['PARCELA', 'Nordhaul', 'frigo'],
  carrier2: ['SKYLINK', 'Skylink'],
  carrier3: ['FRIGO'],
  service: ['PARCELA-GROUND', 'skylink-air', 'NORDHAUL-ROAD', 'PARCELA-EXPRESS'],
  service2: ['FRIGO-CHILLED'],
  item: ['ITEM-0107', 'item 107', 'ITEM-0033', 'item-0012'],
  customer: ['CUST-0042', 'customer 42', 'CUST-0007'],
  zone: ['FR-PAR', 'DE-MUC', 'zone IT-MIL'],
  tier: ['gold', 'PLATINUM', 'premium', 'silver'],
  channel: ['web', 'EDI', 'phone'],
  rule: ['freight-ceiling', 'margin-floor', 'delay-risk', 'split-limit', 'the freight ceiling rule', 'credit-hold'],
  owner: ['finance', 'inventory', 'transport', 'credit', 'logistics-manager'],
  period: [
    'last week',
    'yesterday',
    'this month',
    'since Monday',
    'in October',
    'in Q3',
    'over the past 7 days',
    'today',
    'between 3 and 9 November',
    'last month',
    'on 3 November',
    'this week',
    '',
  ],
  period2: ['the week before', 'last month', 'in September', 'last week', 'the month before', 'the previous week'],
  date: ['Friday', '1 December', 'next Monday', 'tomorrow'],
  metric: [
    'fill rate',
    'OTIF',
    'split rate',
    'cost to serve',
    'freight spend',
    'on-time shipment',
    'override rate',
    'clamp rate',
    'manual touch rate',
    'straight-through rate',
    'freight variance',
    'extra shipments per order',
    'allocation cycle time',
    'on time in full',
  ],
  n: ['2', '3', '5', '10', '20', '50', 'three', 'two'],
  /** What can be done to an order or a setting: whichever it is, it is not done from a question. */
  verb: words(`
    bump, nudge, push, pull, yank, drag, shove, kick, park, freeze, pause, halt, scrap, bin, drop, dump, kill,
    axe, void, nix, free, unfreeze, unlock, unstick, wave, rush, hurry, fast-track, speed, chase, prioritize,
    deprioritize, bring, sort, rescue, save, reopen, reinstate, restore, redo, rework, repeat, retry, rerun,
    resend, reprint, relabel, repack, consolidate, merge, combine, join, divide, separate, break, unsplit, swap,
    exchange, replace, substitute, trade, flip, divert, deflect, steer, route, redirect, bounce, return, recall,
    retrieve, relocate, shift, hand, pass, dispatch, deliver, collect, pick, pack, load, unload, stage, ring,
    phone, text, contact, brief, warn, thank, pester, complain, apologize, negotiate, bill, refund, credit,
    discount, price, waive, authorize, okay, clear, bless, greenlight, veto, override, overrule, block, ban,
    blacklist, pin, lock, flag, tag, label, rename, amend, correct, adapt, tweak, tune, loosen, tighten, bend,
    extend, shorten, postpone, delay, advance, backdate, top, fill, refill, replenish, restock, reorder, procure,
    source, hire, appoint, nominate, install, configure, reset, reboot, sync, export, upload, purge, clean,
    archive, launch, trigger, execute, commit, finalize, complete, finish`),
  reason: ['CREDIT_HOLD', 'INSUFFICIENT_ATP'],
  city: ['Rotterdam', 'Paris', 'Berlin', 'Leipzig', 'Lyon'],
};

/** One reading of a line: `(a|b|)` is one of them, `{node}` the name of a node. */
function rendered(line: string, random: Random): string {
  let text = line;
  for (let inner = /\(([^()]*)\)/.exec(text); inner; inner = /\(([^()]*)\)/.exec(text)) {
    const choices = inner[1]!.split('|');
    text = text.replace(inner[0], () => choices[random.below(choices.length)]!);
  }
  return text
    .replace(/\{(\w+)\}/g, (_, slot: string) => {
      const names = NAMES[slot];
      if (!names)
        throw new Error(`a phrase names the slot \`${slot}\`; expected one of ${Object.keys(NAMES).join(', ')}`);
      return names[random.below(names.length)]!;
    })
    .replace(/ ([,.?;:])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Words that a hurried planner leaves out. */
const LEFT_OUT =
  /\b(?:the|a|an|is|are|was|were|do|does|did|we|i|our|my|of|to|have|has|had|been|be|it|its|that|there|you|please|can|could|would)\b/gi;

/** The same in haste: `why was order 42 split?` is `42 why split`, `why split order 42` or `why order 42 split`. */
function hurried(text: string, random: Random): string {
  const short = text
    .replace(LEFT_OUT, ' ')
    .replace(/[.,;:?!]+(?= |$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const order = /\b(?:order )?(?:DEMO-|demo[ -]?|#|no\. )?0*\d+\b/.exec(short);
  if (!order || short === order[0]) return short || text;
  const rest = `${short.slice(0, order.index)} ${short.slice(order.index + order[0].length)}`
    .replace(/\b(?:for|on|of|with|about|in)\s*$/i, '')
    .replace(/\s+/g, ' ')
    .trim();
  return [`${order[0]} ${rest}`, `${rest} ${order[0]}`, short][random.below(3)]!;
}

/** One rendering in this many is in haste. */
const HURRIED = 4;

/** `times` renderings of each line of each file; the file's name is the label. */
export function phrasesIn(folder: string, times: number, seed: number): Phrase[] {
  const random = randomFrom(seed);
  const phrases: Phrase[] = [];
  let number = 0;
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort())
    for (const line of readFileSync(`${folder}/${file}`, 'utf8').split('\n').filter(Boolean)) {
      number++;
      const label = file.replace('.txt', '');
      const texts = new Set(
        Array.from({ length: times }, (_, k) => {
          const text = rendered(line, random);
          return k % HURRIED === HURRIED - 1 ? hurried(text, random) : text;
        }),
      );
      for (const text of texts) if (text) phrases.push({ label, text, line: number });
    }
  return phrases;
}
