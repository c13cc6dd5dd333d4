import { type Instant, toRfc3339 } from '#domain/time.ts';
import type { EventInput, EventType } from '#world/event-data.ts';
import type { CloudEvent } from '#world/events.ts';
import type { Distributor } from './distributor.ts';
import { laneFacts, nodeFacts, supplyFacts } from './facts.ts';
import type { RealisedShipment } from './realisation.ts';

const SOURCE = 'urn:fairlead:simulator';
const CURRENCY = 'EUR';

function event<T extends EventType>(type: T, id: string, at: Instant, data: EventInput<T>): CloudEvent {
  return { specversion: '1.0', id: `${type}/${id}`, source: SOURCE, type, time: toRfc3339(at), data } as CloudEvent;
}

/** The network and what is known of it at a moment, masters first: what a service needs to start deciding. */
export function startEvents(world: Distributor, at: Instant): CloudEvent[] {
  const stamp = toRfc3339(at);
  return [
    ...world.zones.map(({ zone, country }) => event('fairlead.zone', `${zone}@${stamp}`, at, { zone, country })),
    ...world.items.map(({ item }) => {
      const { itemClass, ...rest } = item;
      return event('fairlead.item', `${item.itemId}@${stamp}`, at, {
        ...rest,
        uom: 'EA',
        itemClass,
        currency: CURRENCY,
      });
    }),
    ...world.nodes.flatMap((_, index) => nodeEvents(world, index, at)),
    ...world.lanes.flatMap((plan) => {
      const { performance, asOf, ...lane } = laneFacts(world, plan, at);
      const key = { nodeId: lane.nodeId, zone: lane.zone, carrierService: lane.carrierService };
      const id = `${lane.nodeId}/${lane.zone}/${lane.carrierService}@${toRfc3339(asOf)}`;
      return [
        event('fairlead.lane', id, at, {
          ...lane,
          operatingDays: [...lane.operatingDays],
          temperatures: [...lane.temperatures],
          currency: CURRENCY,
        }),
        ...(performance ? [event('fairlead.carrier.performance', id, at, { ...key, ...performance })] : []),
      ];
    }),
    ...world.customers.map(({ customerId, customerTier, creditStatus }) =>
      event('fairlead.customer', `${customerId}@${stamp}`, at, { customerId, customerTier, creditStatus }),
    ),
    ...supplyEvents(world, at),
  ];
}

function nodeEvents(world: Distributor, index: number, at: Instant): CloudEvent[] {
  const {
    utcOffsets: _,
    nodeCalendar,
    capacityConsumed,
    backlog,
    laborUtilization,
    dockSlots,
    ...node
  } = nodeFacts(world, index, at);
  const { nodeId, capacity, capacityUom } = node;
  const id = `${nodeId}@${toRfc3339(at)}`;
  const calendar = { workingDays: [...nodeCalendar.workingDays], closedDates: [...nodeCalendar.closedDates] };
  return [
    event('fairlead.node', id, at, { ...node, nodeCalendar: calendar, currency: CURRENCY }),
    event('fairlead.node.capacity', id, at, {
      nodeId,
      capacity,
      capacityUom,
      capacityConsumed: { ...capacityConsumed },
      backlog,
    }),
    event('fairlead.node.labor', id, at, { nodeId, laborUtilization }),
    ...(dockSlots ? [event('fairlead.node.dock-slots', id, at, { nodeId, dockSlots: { ...dockSlots } })] : []),
  ];
}

/** Every supply position as the ERP's feed would send it. */
export function supplyEvents(world: Distributor, at: Instant): CloudEvent[] {
  return world.stock.flatMap((row) =>
    row.flatMap((position) => {
      if (!position) return [];
      const { asOf, receivedAt, receiptsDue, demand, picks91, receipts182, ...facts } = supplyFacts(
        world,
        position,
        at,
      );
      return [
        event('fairlead.supply.position', `${facts.nodeId}/${facts.itemId}@${toRfc3339(asOf)}`, at, {
          ...facts,
          receivedAt: receivedAt === null ? null : toRfc3339(receivedAt),
          receiptsDue: receiptsDue.map(({ qty, dueAt }) => ({ qty, dueAt: toRfc3339(dueAt) })),
          ...(demand ? { demand: { ...demand } } : {}),
          ...(picks91 ? { picks91: { ...picks91 } } : {}),
          ...(receipts182 ? { receipts182: { ...receipts182 } } : {}),
        }),
      ];
    }),
  );
}

/** A shipment left its node. */
export function shippedEvent(shipment: RealisedShipment, decisionId: string | null): CloudEvent {
  const { lane, shipmentId, orderId, nodeId } = shipment;
  return event('fairlead.shipment.shipped', shipmentId, shipment.shippedAt, {
    shipmentId,
    orderId,
    decisionId,
    nodeId,
    carrier: lane.lane.carrier,
    carrierService: lane.lane.carrierService,
    lines: shipment.lines.map((line) => ({ ...line })),
    shortLines: shipment.shortLines.map((line) => ({ ...line })),
  });
}

export function deliveredEvent({ shipmentId, deliveredAt }: RealisedShipment): CloudEvent {
  return event('fairlead.shipment.delivered', shipmentId, deliveredAt, { shipmentId });
}

export function invoicedEvent({ shipmentId, freightInvoiced }: RealisedShipment, at: Instant): CloudEvent {
  return event('fairlead.freight.invoiced', shipmentId, at, { shipmentId, freightInvoiced, currency: CURRENCY });
}
