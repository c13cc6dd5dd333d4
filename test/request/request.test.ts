import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainError } from '#domain/problems.ts';
import { localMinutesAt } from '#domain/time.ts';
import { isTimeZone, utcOffsetsOf } from '#domain/time-zone.ts';
import { assertKnown, decisionRequestOf, parseRecommendation, type RecommendationBody } from '#src/request.ts';
import { snapshotOf } from '#src/wire/snapshot.ts';
import { inlineBody, minimalBody } from './example.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const STAMP = { decisionId: '0193-x', decidedAt: NOW };

function domainOf(body: RecommendationBody) {
  const request = parseRecommendation(body);
  const snapshot = snapshotOf(request.snapshot!, request.order.shipTo.zone, NOW);
  return { request, snapshot, asked: decisionRequestOf(request, snapshot, STAMP) };
}

describe('request', () => {
  it('completes the shortest order with documented defaults', () => {
    const { asked } = domainOf(inlineBody());
    expect(asked).toMatchObject({
      mode: 'quote',
      supersedes: null,
      suggestedOption: null,
      order: {
        customerTier: 'STANDARD',
        creditStatus: 'OK',
        channel: 'DIRECT',
        priority: 5,
        serviceLevel: 'STANDARD',
        placedAt: NOW,
        promiseDate: null,
        allowPartial: true,
        allowBackorder: true,
        shipComplete: false,
        lines: [{ uom: 'EA', gtin: null, substituteItemIds: [] }],
      },
    });
  });

  it('takes tier and credit from the world where the order says nothing', () => {
    const body = inlineBody();
    body.snapshot.customer = { customerId: 'C-17', customerTier: 'GOLD', creditStatus: 'HOLD' };
    expect(domainOf(body).asked.order).toMatchObject({ customerTier: 'GOLD', creditStatus: 'HOLD' });
    body.order.customerTier = 'SILVER';
    expect(domainOf(body).asked.order).toMatchObject({ customerTier: 'SILVER', creditStatus: 'HOLD' });
    body.snapshot.customer.customerId = 'C-18';
    expect(domainOf(body).asked.order).toMatchObject({ creditStatus: 'OK' });
  });

  it('lets nothing personal through to what decides', () => {
    const body = { ...inlineBody(), personal: { name: 'Ada Lovelace', notes: 'ring twice' }, subjectId: 'S-9' };
    const { asked } = domainOf(body);
    expect(JSON.stringify(asked)).not.toMatch(/Ada|ring twice|S-9/);
  });

  it('accepts the same item on two lines', () => {
    const body = minimalBody();
    body.order.lines.push({ ...body.order.lines[0]!, orderLineId: '2' });
    expect(parseRecommendation(body).order.lines).toHaveLength(2);
  });

  it('completes the items of a suggested option from its lines', () => {
    const body = inlineBody();
    body.suggestedOption = {
      shipments: [{ nodeId: 'DC-NORTH', carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 3 }] }],
    };
    expect(domainOf(body).asked.suggestedOption?.shipments[0]?.assignments).toEqual([
      { orderLineId: '1', itemId: 'I-0001', qty: 3 },
    ]);
  });

  it('names unknown items, nodes, lines and currencies', () => {
    const body = inlineBody();
    body.order.currency = 'USD';
    body.order.firmNodeId = 'DC-X';
    body.order.lines[0]!.itemId = 'I-9';
    body.suggestedOption = {
      shipments: [{ nodeId: 'DC-Y', carrierService: 'GROUND', assignments: [{ orderLineId: '7', qty: 1 }] }],
    };
    const { request, snapshot } = domainOf(body);
    try {
      assertKnown(request, snapshot);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'unknown-reference' });
      expect((error as DomainError).facts['errors']).toEqual([
        { path: '/order/currency', found: '`USD`', expected: 'the currency of the network, EUR' },
        { path: '/order/firmNodeId', found: '`DC-X`', expected: 'a node that is known' },
        { path: '/order/lines/0/itemId', found: '`I-9`', expected: 'an item that is known' },
        { path: '/suggestedOption/shipments/0/nodeId', found: '`DC-Y`', expected: 'a node that is known' },
        {
          path: '/suggestedOption/shipments/0/assignments/0/orderLineId',
          found: '`7`',
          expected: 'a line of this order',
        },
      ]);
    }
  });

  it('sorts an inline snapshot and keeps only lanes to the zone of the order', () => {
    const body = inlineBody();
    body.snapshot.lanes!.push({ ...body.snapshot.lanes![0]!, zone: 'FR-1' });
    const { snapshot } = domainOf(body);
    expect(snapshot.nodes.map(({ nodeId }) => nodeId)).toEqual(['DC-NORTH', 'DC-SOUTH']);
    expect(snapshot.lanes).toHaveLength(2);
    expect(snapshot.source).toBe('request');
  });
});

describe('time zones', () => {
  it('finds a change of the clocks to the minute', () => {
    const from = Date.parse('2026-03-01T00:00:00Z');
    expect(utcOffsetsOf('Europe/Berlin', from, Date.parse('2026-04-15T00:00:00Z'))).toEqual([
      { from, minutes: 60 },
      { from: Date.parse('2026-03-29T01:00:00Z'), minutes: 120 },
    ]);
    expect(isTimeZone('America/Sao_Paulo')).toBe(true);
  });

  it('gives the local time that the zone database gives, at any moment of the span', () => {
    const from = Date.parse('2026-09-01T00:00:00Z');
    const to = Date.parse('2027-05-01T00:00:00Z');
    const zones = ['America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Santiago'];
    const offsets = new Map(zones.map((zone) => [zone, utcOffsetsOf(zone, from, to)]));
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to - 1 }), (zone, instant) => {
        const shown = new Date(instant).toLocaleTimeString('en-GB', {
          timeZone: zone,
          hour: '2-digit',
          minute: '2-digit',
        });
        const [hour, minute] = shown.split(':').map(Number);
        expect(localMinutesAt(offsets.get(zone)!, instant)).toBe(hour! * 60 + minute!);
      }),
    );
  });
});
