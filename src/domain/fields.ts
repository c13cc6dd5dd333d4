import { z } from 'zod';
import { isGln, isGtin, isSscc } from './identifiers.ts';
import { type Currency, isCurrency } from './money.ts';
import type { FieldProblem } from './problems.ts';

/** The fields that every wire schema is made of. Each one's message says what was expected. */

export const MAX_QTY = 10_000_000; // units of one item at one node or on one line: more is a typing error
export const MAX_MONEY = 100_000_000_000; // minor units: a thousand million EUR

const whole = (min: number, max: number) =>
  z
    .int({ error: `a whole number from ${min} to ${max}` })
    .min(min)
    .max(max);

export const qty = whole(0, MAX_QTY);
export const positiveQty = whole(1, MAX_QTY);
export const signedQty = whole(-MAX_QTY, MAX_QTY);
export const money = whole(0, MAX_MONEY);
export const wholeNumber = whole;

export const numberBetween = (min: number, max: number) =>
  z
    .number({ error: `a number from ${min} to ${max}` })
    .min(min)
    .max(max);

/** A native ERP identifier, as it is: 1 to 100 characters, none of them a control character. */
export const identifier = z
  .string({ error: 'an identifier of 1 to 100 characters, without control characters' })
  .regex(/^[^\p{Cc}]{1,100}$/u);

export const flag = z.boolean({ error: 'true or false' });
export const text = z.string({ error: 'a text of at most 500 characters' }).max(500);
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });

export const instant = z.iso
  .datetime({ offset: true, error: 'an RFC 3339 moment with an offset, such as 2026-03-01T08:30:00Z' })
  .transform((value) => Date.parse(value));
export const localDate = z.iso.date({ error: 'a calendar date YYYY-MM-DD' });
export const localTime = z.string({ error: 'a time of day HH:mm' }).regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const currency = z
  .string({ error: 'an ISO 4217 currency that the service knows, such as EUR' })
  .refine((code): code is Currency => isCurrency(code), {
    error: 'an ISO 4217 currency that the service knows, such as EUR',
  });
export const country = z.string({ error: 'an ISO 3166-1 alpha-2 country' }).regex(/^[A-Z]{2}$/);
export const uom = z.string({ error: 'a UNECE Rec 20 unit, such as EA' }).regex(/^[A-Z0-9]{1,3}$/);

const checked = (is: (text: string) => boolean, error: string) => z.string({ error }).refine(is, { error });
export const gln = checked(isGln, 'a GLN of 13 digits with a correct check digit');
export const gtin = checked(isGtin, 'a GTIN of 8, 12, 13 or 14 digits with a correct check digit');
export const sscc = checked(isSscc, 'an SSCC of 18 digits with a correct check digit');

const knownZones = new Map<string, boolean>();
/** True for a name of the IANA time zone database; an offset such as `+01:00` is not one. */
export function isTimeZone(name: string): boolean {
  let known = knownZones.get(name);
  if (known === undefined) {
    try {
      known = /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
    } catch {
      known = false;
    }
    // Bounded: a caller may send any number of wrong names.
    if (knownZones.size < 1000) knownZones.set(name, known);
  }
  return known;
}
export const timeZone = checked(isTimeZone, 'an IANA time zone, such as Europe/Berlin');

const MAX_FOUND = 80; // characters of what was found: enough to recognise it

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  const shown =
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : (JSON.stringify(value) ?? typeof value);
  return shown.length <= MAX_FOUND ? shown : `${shown.slice(0, MAX_FOUND)}…`;
}

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What zod found wrong with `body`, as rows of (JSON pointer, found, expected); at most `limit`. */
export function fieldProblems(error: z.ZodError, body: unknown, limit = 50): FieldProblem[] {
  const rows: FieldProblem[] = [];
  for (const issue of error.issues) {
    const at = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
      body,
    );
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        rows.push({
          path: pointer([...issue.path, key]),
          found: found((at as Record<string, unknown>)[key]),
          expected: 'no field of this name',
        });
    else rows.push({ path: pointer(issue.path), found: found(at), expected: issue.message });
  }
  return rows.slice(0, limit);
}
