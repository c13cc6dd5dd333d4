import { CURRENCY_DECIMALS, type Currency, isCurrency } from '#domain/money.ts';
import type { Unit } from './rule.ts';

/** How a quantity is written in a policy: `120.00 EUR`, `18 percent`, `0.35 probability`, `15 minutes`. */
export const QUANTITY_PATTERN = '^-?[0-9]+(\\.[0-9]+)? [A-Za-z]+$';
const pattern = new RegExp(QUANTITY_PATTERN);

/** Words for units other than money, each with the factor to the unit that thresholds are kept in. */
const WORDS: Readonly<Record<string, readonly [Unit, number]>> = {
  percent: ['share', 0.01],
  probability: ['probability', 1],
  shipments: ['shipments', 1],
  shipment: ['shipments', 1],
  units: ['units', 1],
  unit: ['units', 1],
  days: ['days', 1],
  day: ['days', 1],
  km: ['km', 1],
  minutes: ['minutes', 1],
  hours: ['minutes', 60],
};

const EXAMPLES: Readonly<Record<Unit, string>> = {
  minorUnits: '120.00 EUR',
  share: '18 percent',
  probability: '0.35 probability',
  shipments: '3 shipments',
  units: '12 units',
  days: '2 days',
  km: '900 km',
  minutes: '15 minutes',
};

/** `120.00 EUR`, `18 percent`: a threshold as a policy would write it. */
export function formatQuantity(value: number, unit: Unit, currency: Currency): string {
  if (unit === 'minorUnits') {
    const decimals = CURRENCY_DECIMALS[currency];
    return `${(value / 10 ** decimals).toFixed(decimals)} ${currency}`;
  }
  if (unit === 'share') return `${Number((value * 100).toFixed(6))} percent`;
  return `${Number(value.toFixed(6))} ${unit}`;
}

export type ParsedQuantity =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** The number in `unit` that the text stands for; money becomes whole minor units of `currency`. */
export function parseQuantity(text: string, unit: Unit, currency: Currency): ParsedQuantity {
  const example = unit === 'minorUnits' ? EXAMPLES.minorUnits.replace('EUR', currency) : EXAMPLES[unit];
  const refuse = (problem: string): ParsedQuantity => ({
    ok: false,
    problem,
    remedy: `write for example \`${example}\``,
  });
  if (!pattern.test(text)) return refuse(`\`${text}\` is no quantity with a unit`);
  const [digits, word] = text.split(' ') as [string, string];
  if (isCurrency(word)) {
    if (unit !== 'minorUnits') return refuse(`\`${text}\` is money where ${unit} is expected`);
    if (word !== currency) return refuse(`\`${text}\` is in ${word}, the policy is in ${currency}`);
    const decimals = CURRENCY_DECIMALS[currency];
    const [whole, fraction = ''] = digits.replace('-', '').split('.') as [string, string?];
    if (fraction.length > decimals) return refuse(`\`${text}\` has more decimals than ${currency} has (${decimals})`);
    const value = Number(whole + fraction.padEnd(decimals, '0'));
    return { ok: true, value: digits.startsWith('-') ? -value : value };
  }
  const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (!known) return refuse(`unit \`${word}\` is not known`);
  if (known[0] === 'days' && unit === 'minutes') return { ok: true, value: Number(digits) * 1440 };
  if (known[0] !== unit) return refuse(`\`${text}\` is in ${known[0]} where ${unit} is expected`);
  const value = Number((Number(digits) * known[1]).toFixed(9));
  if (unit === 'probability' && !(value >= 0 && value <= 1)) return refuse(`\`${text}\` is no probability`);
  if (unit === 'shipments' && !(Number.isInteger(value) && value >= 0)) return refuse(`\`${text}\` is no whole number`);
  return { ok: true, value };
}
