import { describe, expect, it } from 'vitest';
import { DomainError, type FieldProblem } from '#domain/problems.ts';
import { parseRecommendation } from '#src/request.ts';
import { inlineBody, minimalBody } from './example.ts';

type Json = Record<string, unknown>;

/** The example with one value put at a JSON pointer. */
function bodyWith(base: unknown, pointer: string, value: unknown): unknown {
  const body = structuredClone(base) as Json;
  const steps = pointer.slice(1).split('/');
  let target = body;
  for (const step of steps.slice(0, -1)) target = target[step] as Json;
  target[steps.at(-1)!] = value;
  return body;
}

function refusalOf(body: unknown): FieldProblem[] {
  try {
    parseRecommendation(body);
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).code).toBe('invalid-request');
    return (error as DomainError).facts['errors'] as FieldProblem[];
  }
  throw new Error('the body was accepted');
}

const line = { orderLineId: '1', itemId: 'I-0001', orderedQty: 1, unitPrice: 1 };

describe('bad input', () => {
  const cases: [string, string, unknown, string, string][] = [
    ['a negative quantity', '/order/lines/0/orderedQty', -3, '`-3`', 'a whole number from 1 to 1000000'],
    ['a quantity of nothing', '/order/lines/0/orderedQty', 0, '`0`', 'a whole number from 1 to 1000000'],
    ['a fraction of a unit', '/order/lines/0/orderedQty', 1.5, '`1.5`', 'a whole number from 1 to 1000000'],
    ['an absurd quantity', '/order/lines/0/orderedQty', 1e12, '`1000000000000`', 'a whole number from 1 to 1000000'],
    ['a quantity as text', '/order/lines/0/orderedQty', '3', 'the text `3`', 'a whole number from 1 to 1000000'],
    ['a price with decimals', '/order/lines/0/unitPrice', 12.5, '`12.5`', 'a whole number from 0 to 10000000000'],
    ['an absurd price', '/order/lines/0/unitPrice', 1e12, '`1000000000000`', 'a whole number from 0 to 10000000000'],
    ['no lines', '/order/lines', [], 'a list of 0', 'a list of 1 to 500'],
    ['lines that are none', '/order/lines', 'x', '`x`', 'a list of 1 to 500'],
    ['no order id', '/order/orderId', undefined, 'nothing', 'a text of 1 to 100 characters without control characters'],
    [
      'a control character',
      '/order/orderId',
      'a\u0000b',
      '`a\\u0000b`',
      'a text of 1 to 100 characters without control characters',
    ],
    [
      'half a surrogate pair',
      '/order/orderId',
      'a\ud800',
      '`a\ud800`',
      'a text of 1 to 100 characters without control characters',
    ],
    ['a priority out of range', '/order/priority', 10, '`10`', 'a whole number from 1 to 9'],
    ['an unknown tier', '/order/customerTier', 'BEST', '`BEST`', 'one of PLATINUM, GOLD, SILVER, STANDARD'],
    ['an unknown mode', '/mode', 'book', '`book`', 'one of quote, shadow, hold'],
    [
      'a date without offset',
      '/order/promiseDate',
      '2026-11-24T10:00:00',
      '`2026-11-24T10:00:00`',
      'an RFC 3339 date and time with an offset, such as 2026-11-24T09:30:00Z, in 2000 to 2099',
    ],
    [
      'a day that does not exist',
      '/order/promiseDate',
      '2026-02-30T10:00:00Z',
      '`2026-02-30T10:00:00Z`',
      'an RFC 3339 date and time with an offset, such as 2026-11-24T09:30:00Z, in 2000 to 2099',
    ],
    [
      'a year far away',
      '/order/promiseDate',
      '9999-01-01T00:00:00Z',
      '`9999-01-01T00:00:00Z`',
      'an RFC 3339 date and time with an offset, such as 2026-11-24T09:30:00Z, in 2000 to 2099',
    ],
    ['a country by name', '/order/shipTo/country', 'Germany', '`Germany`', 'an ISO 3166-1 code of two capital letters'],
    [
      'a wrong GTIN check digit',
      '/order/lines/0/gtin',
      '4006381333932',
      '`4006381333932`',
      'a GTIN of 8, 12, 13 or 14 digits with a correct check digit',
    ],
    ['a flag as text', '/order/shipComplete', 'yes', '`yes`', 'true or false'],
    ['supersedes something that is no id', '/supersedes', 'last', '`last`', 'the decisionId of an earlier decision'],
    [
      'a wrong GLN check digit',
      '/snapshot/nodes/0/gln',
      '4012345000008',
      '`4012345000008`',
      'a GLN of 13 digits with a correct check digit',
    ],
    [
      'a time zone that is none',
      '/snapshot/nodes/0/timeZone',
      'Mars/Olympus',
      '`Mars/Olympus`',
      'a time zone of the IANA database, such as Europe/Berlin',
    ],
    [
      'an offset for a time zone',
      '/snapshot/nodes/0/timeZone',
      '+01:00',
      '`+01:00`',
      'a time zone of the IANA database, such as Europe/Berlin',
    ],
    ['a cut-off that is no time', '/snapshot/nodes/0/cutoffTime', '25:00', '`25:00`', 'a local time such as 16:30'],
    [
      'a weekday twice',
      '/snapshot/lanes/0/operatingDays',
      [1, 1],
      'a list of 2',
      'ISO weekdays 1 (Monday) to 7, each once',
    ],
    ['a supply position of no node', '/snapshot/supply/0/nodeId', 'DC-X', '`DC-X`', 'an id that the snapshot lists'],
    ['a node twice', '/snapshot/nodes/1/nodeId', 'DC-SOUTH', 'an object', 'each of the list once'],
    [
      'stock nobody can count',
      '/snapshot/supply/0/onHand',
      1e12,
      '`1000000000000`',
      'a whole number from -1000000 to 1000000',
    ],
  ];
  it.each(cases)('names %s with path, found and expected', (_what, pointer, value, found, expected) => {
    expect(refusalOf(bodyWith(inlineBody(), pointer, value))).toContainEqual(
      expect.objectContaining({
        found,
        expected,
        path: pointer === '/snapshot/nodes/1/nodeId' ? '/snapshot/nodes/1' : pointer,
      }),
    );
  });

  it('names a currency and a unit of measure that are not accepted', () => {
    expect(refusalOf(bodyWith(minimalBody(), '/order/currency', 'XXX'))[0]).toMatchObject({
      path: '/order/currency',
      found: '`XXX`',
      expected: expect.stringContaining('EUR'),
    });
    expect(refusalOf(bodyWith(minimalBody(), '/order/lines/0/uom', 'PCS'))[0]).toMatchObject({
      path: '/order/lines/0/uom',
      expected: expect.stringContaining('H87'),
    });
  });

  it('refuses a misspelled field instead of taking its default', () => {
    expect(refusalOf(bodyWith(minimalBody(), '/order/allowPartal', false))).toEqual([
      { path: '/order/allowPartal', found: 'an unknown field', expected: expect.stringContaining('allowPartial') },
    ]);
  });

  it('refuses 5,000 lines, and a line id that comes twice', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...line, orderLineId: `${index}` }));
    expect(refusalOf(bodyWith(minimalBody(), '/order/lines', lines(5000)))).toEqual([
      { path: '/order/lines', found: 'a list of 5000', expected: 'a list of 1 to 500' },
    ]);
    expect(refusalOf(bodyWith(minimalBody(), '/order/lines', [line, line]))).toEqual([
      {
        path: '/order/lines/1/orderLineId',
        found: '`1`',
        expected: 'an orderLineId that no other line of the order has',
      },
    ]);
  });

  it('names every wrong field of a body, but no more than fifty', () => {
    const wrong = Array.from({ length: 100 }, (_, index) => ({ ...line, orderLineId: `${index}`, orderedQty: -1 }));
    expect(refusalOf(bodyWith(minimalBody(), '/order/lines', wrong))).toHaveLength(50);
  });

  it.each([[null], [[]], ['order'], [7]])('refuses %j as a body', (body) => {
    expect(refusalOf(body)[0]).toMatchObject({ path: '', expected: 'an object' });
  });

  it('refuses an order whose sums would no longer be exact', () => {
    const rich = [{ ...line, orderedQty: 1_000_000, unitPrice: 10_000_000_000 }];
    expect(refusalOf(bodyWith(minimalBody(), '/order/lines', rich))[0]).toMatchObject({ path: '/order/lines' });
  });
});
