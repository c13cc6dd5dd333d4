import { z } from 'zod';
import { isGln, isGtin } from '#domain/identifiers.ts';
import { CURRENCY_DECIMALS } from '#domain/money.ts';
import { isTimeZone } from '#domain/time-zone.ts';

// Every message here ends the sentence "expected ...".

/** An object that refuses fields it does not know: a misspelled `allowPartial` must not pass as its default. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `only the fields ${Object.keys(shape).join(', ')}` : 'an object',
  });
}

export function listOf<Item extends z.ZodType>(item: Item, least: number, most: number) {
  const expected = least === 0 ? `a list of at most ${most}` : `a list of ${least} to ${most}`;
  return z.array(item, expected).min(least, expected).max(most, expected);
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `one of ${values.join(', ')}`);
}

export function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

export function numberBetween(least: number, most: number) {
  const expected = `a number from ${least} to ${most}`;
  return z.number(expected).min(least, expected).max(most, expected);
}

/** What is larger was mistyped. */
export const MOST_UNITS = 1_000_000;
/** 100 million of a currency with two decimals. */
const MOST_MINOR_UNITS = 10_000_000_000;

export const amount = wholeNumber(0, MOST_MINOR_UNITS).describe('Minor units of the currency');
export const units = wholeNumber(0, MOST_UNITS);
export const signedUnits = wholeNumber(-MOST_UNITS, MOST_UNITS);

const ID = 'a text of 1 to 100 characters without control characters';
/** A native identifier of the ERP, taken as it is. */
export const id = z
  .string(ID)
  .min(1, ID)
  .max(100, ID)
  // Lone surrogates (Cs) have no UTF-8 form.
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, ID);

export function text(most: number) {
  const expected = `a text of at most ${most} characters`;
  return z
    .string(expected)
    .max(most, expected)
    .regex(/^\P{Cs}*$/u, expected);
}

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const INSTANT = 'an RFC 3339 date and time with an offset, such as 2026-11-24T09:30:00Z, in 2000 to 2099';
/** On the wire RFC 3339, inside epoch milliseconds. */
export const instant = z.iso
  .datetime({ offset: true, error: INSTANT, abort: true })
  .refine((value) => {
    const parsed = Date.parse(value);
    return parsed >= EARLIEST && parsed < LATEST;
  }, INSTANT)
  .transform((value) => Date.parse(value));

export const localDate = z.iso.date('a calendar date such as 2026-11-24');
export const localTime = z
  .string('a local time such as 16:30')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time such as 16:30');

const ZONE = 'a time zone of the IANA database, such as Europe/Berlin';
export const timeZone = z.string(ZONE).max(64, ZONE).refine(isTimeZone, ZONE);

const CURRENCIES = Object.keys(CURRENCY_DECIMALS) as [keyof typeof CURRENCY_DECIMALS];
export const currency = z.enum(CURRENCIES, `an ISO 4217 code out of ${CURRENCIES.join(', ')}`);

const COUNTRY = 'an ISO 3166-1 code of two capital letters';
export const country = z.string(COUNTRY).regex(/^[A-Z]{2}$/, COUNTRY);

const GTIN = 'a GTIN of 8, 12, 13 or 14 digits with a correct check digit';
export const gtin = z.string(GTIN).refine(isGtin, GTIN);
const GLN = 'a GLN of 13 digits with a correct check digit';
export const gln = z.string(GLN).refine(isGln, GLN);

/**
 * UNECE Recommendation 20 codes in which distributors count, weigh and measure, and the package codes of
 * Recommendation 21 that Rec 20 takes over with a leading X. A code outside the list is usually a local one
 * (`PCS`, `CTN`) that would silently mean something else to the next system.
 */
const UOM_CODES = [
  'EA',
  'C62',
  'H87',
  'PR',
  'SET',
  'DZN',
  'GRO',
  'CEN',
  'MIL',
  'KT',
  'GRM',
  'KGM',
  'TNE',
  'LBR',
  'ONZ',
  'MLT',
  'CLT',
  'LTR',
  'HLT',
  'MTQ',
  'GLL',
  'GLI',
  'PTN',
  'QT',
  'MMT',
  'CMT',
  'MTR',
  'KMT',
  'INH',
  'FOT',
  'YRD',
  'MTK',
  'FTK',
  'XBX',
  'XCT',
  'XCS',
  'XPK',
  'XPX',
  'XBG',
  'XBO',
  'XCN',
  'XDR',
  'XRO',
  'XTU',
  'XPA',
  'XST',
  'XSA',
  'XBE',
  'XJR',
] as const;
export const uom = z.enum(UOM_CODES, `a UNECE Rec 20 code out of ${UOM_CODES.join(', ')}`);

const WEEKDAYS = 'ISO weekdays 1 (Monday) to 7, each once';
export const weekdays = z
  .array(wholeNumber(1, 7), WEEKDAYS)
  .min(1, WEEKDAYS)
  .refine((days) => new Set(days).size === days.length, WEEKDAYS);
