import { describe, expect, it } from 'vitest';
import { DomainError, type FieldProblem } from '#domain/problems.ts';
import { EVENT_DATA, EVENT_TYPES } from '#world/event-data.ts';
import { MAX_BATCH_EVENTS, parseEvents } from '#world/events.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const envelope = { specversion: '1.0', id: 'e1', source: '/erp/1', time: '2026-03-02T09:00:00+01:00' };
const position = { nodeId: 'DC-EAST', itemId: 'A', onHand: 12 };

function problems(body: unknown): FieldProblem[] {
  try {
    parseEvents(body, now);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid-request') return error.facts.errors as FieldProblem[];
    throw error;
  }
  return [];
}
const supply = (data: object, rest: object = {}) => ({ ...envelope, type: 'fairlead.supply.position', data, ...rest });

const ONLY = `only the fields ${Object.keys(EVENT_DATA['fairlead.supply.position'].shape).join(', ')}`;

describe('events', () => {
  it('takes one event or a batch, with moments in UTC and defaults filled in', () => {
    const [event] = parseEvents({ ...supply(position), traceparent: '00-x' }, now);
    expect(event).toMatchObject({
      type: 'fairlead.supply.position',
      occurredAt: Date.parse('2026-03-02T08:00:00Z'),
      data: { ...position, allocated: 0, reserved: 0, protectedPriority: null },
    });
    expect(parseEvents([supply(position), supply(position, { id: 'e2' })], now)).toHaveLength(2);
  });

  it.each<[string, unknown, FieldProblem]>([
    [
      'an unknown type',
      supply(position, { type: 'erp.stock' }),
      { path: '/type', found: '`erp.stock`', expected: `one of ${EVENT_TYPES.join(', ')}` },
    ],
    [
      'a negative quantity',
      supply({ ...position, allocated: -1 }),
      { path: '/data/allocated', found: '`-1`', expected: 'a whole number from 0 to 10000000' },
    ],
    [
      'a fractional quantity',
      supply({ ...position, onOrder: 1.5 }),
      { path: '/data/onOrder', found: '`1.5`', expected: 'a whole number from 0 to 10000000' },
    ],
    [
      'an absurd quantity',
      supply({ ...position, onHand: 1e12 }),
      { path: '/data/onHand', found: '`1000000000000`', expected: 'a whole number from -10000000 to 10000000' },
    ],
    [
      'a field that does not exist',
      supply({ ...position, note: 'x' }),
      { path: '/data/note', found: 'an unknown field', expected: ONLY },
    ],
    [
      'an empty identifier',
      supply({ ...position, itemId: '' }),
      {
        path: '/data/itemId',
        found: '``',
        expected: 'a text of 1 to 100 characters without control characters',
      },
    ],
    [
      'a missing field',
      supply({ nodeId: 'DC-EAST', onHand: 1 }),
      {
        path: '/data/itemId',
        found: 'nothing',
        expected: 'a text of 1 to 100 characters without control characters',
      },
    ],
    [
      'a moment without an offset',
      supply(position, { time: '2026-03-02T09:00:00' }),
      {
        path: '/time',
        found: '`2026-03-02T09:00:00`',
        expected: 'an RFC 3339 date and time with an offset, such as 2026-11-24T09:30:00Z, in 2000 to 2099',
      },
    ],
    [
      'a moment ahead of the clock',
      supply(position, { time: '2026-03-02T10:05:01Z' }),
      { path: '/time', found: '`2026-03-02T10:05:01.000Z`', expected: 'a moment not after 2026-03-02T10:00:00.000Z' },
    ],
    [
      'another version of the envelope',
      supply(position, { specversion: '0.3' }),
      { path: '/specversion', found: '`0.3`', expected: '1.0' },
    ],
    ['an empty batch', [], { path: '', found: '0 events', expected: `1 to ${MAX_BATCH_EVENTS} events` }],
    ['a body that is no object', 'stock', { path: '', found: '`stock`', expected: 'a CloudEvent: a JSON object' }],
  ])('refuses %s', (_, body, want) => {
    expect(problems(body)).toContainEqual(want);
  });

  it('refuses wrong zones, calendars, currencies and check digits', () => {
    const node = {
      nodeId: 'DC-EAST',
      nodeType: 'DC',
      gln: '4012345000010',
      region: 'EAST',
      timeZone: 'Europe/Atlantis',
      cutoffTime: '25:00',
      nodeCalendar: { workingDays: [0, 8], closedDates: ['2026-02-30'] },
      capacity: null,
      capacityUom: 'UNIT',
      processing: { perShipment: 1, perLine: 2, perUnit: 3 },
      currency: 'XXX',
    };
    const found = problems({ ...envelope, type: 'fairlead.node', data: node });
    expect(found.map(({ path }) => path).sort()).toEqual([
      '/data/currency',
      '/data/cutoffTime',
      '/data/gln',
      '/data/nodeCalendar/closedDates/0',
      '/data/nodeCalendar/workingDays/0',
      '/data/nodeCalendar/workingDays/1',
      '/data/timeZone',
    ]);
    const item = {
      itemId: 'A',
      gtin: '4012345000010',
      itemClass: 'C',
      unitCost: 1,
      currency: 'EUR',
      weightGrams: 1,
      volumeCm3: 1,
    };
    expect(problems({ ...envelope, type: 'fairlead.item', data: item })).toEqual([
      {
        path: '/data/gtin',
        found: '`4012345000010`',
        expected: 'a GTIN of 8, 12, 13 or 14 digits with a correct check digit',
      },
    ]);
  });

  it('refuses the whole batch for one wrong event and names its place', () => {
    const body = [supply(position), supply({ ...position, onHand: 'many' }, { id: 'e2' })];
    expect(problems(body)).toEqual([
      { path: '/1/data/onHand', found: 'the text `many`', expected: 'a whole number from -10000000 to 10000000' },
    ]);
  });

  it('refuses more late deliveries than deliveries, and a hold named twice', () => {
    const lane = { nodeId: 'DC-EAST', zone: '04', carrierService: 'GROUND' };
    const performance = { ...lane, delivered28: 1, late28: 2, delivered91: 5, late91: 2 };
    expect(problems({ ...envelope, type: 'fairlead.carrier.performance', data: performance })).toHaveLength(1);
    const both = { decisionId: 'd', reservationId: 'r' };
    expect(problems({ ...envelope, type: 'fairlead.reservation.confirmed', data: both })).toHaveLength(1);
  });
});
