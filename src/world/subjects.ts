import type { EventData, EventType } from './event-data.ts';
import type { WorldEvent } from './events.ts';

/**
 * A subject is what an event is about, and the key of the state it changes: a kind and identifiers, joined by tabs,
 * which no identifier contains. The part an order asks by comes first (zone of a lane, item of a position), so that
 * what an order can touch is a range of subjects.
 */
export const subjects = {
  item: (itemId: string) => `item\t${itemId}`,
  node: (nodeId: string) => `node\t${nodeId}`,
  zone: (zone: string) => `zone\t${zone}`,
  lane: (zone: string, nodeId: string, carrierService: string) => `lane\t${zone}\t${nodeId}\t${carrierService}`,
  customer: (customerId: string) => `customer\t${customerId}`,
  supply: (itemId: string, nodeId: string) => `supply\t${itemId}\t${nodeId}`,
  order: (orderId: string) => `order\t${orderId}`,
  shipment: (shipmentId: string) => `shipment\t${shipmentId}`,
  hold: (decisionOrReservationId: string) => `hold\t${decisionOrReservationId}`,
} as const;

/** A group of fields that one event replaces together; the newest event of each group stands. */
export interface Cell {
  readonly fieldGroup: string;
  readonly value: unknown;
}

interface Placed {
  readonly subject: string;
  readonly cells: readonly Cell[];
}

type Placing = { readonly [T in EventType]: (data: EventData<T>) => Placed };

const order = (fieldGroup: string) => (data: { orderId: string }) => ({
  subject: subjects.order(data.orderId),
  cells: [{ fieldGroup, value: data }],
});
const shipment = (fieldGroup: string) => (data: { shipmentId: string }) => ({
  subject: subjects.shipment(data.shipmentId),
  cells: [{ fieldGroup, value: data }],
});
const hold = (data: EventData<'fairlead.reservation.confirmed'>) => ({
  subject: subjects.hold('decisionId' in data ? data.decisionId : data.reservationId),
  // Holds are kept as reservations, not as cells.
  cells: [],
});
const laneOf = ({ zone, nodeId, carrierService }: { zone: string; nodeId: string; carrierService: string }) =>
  subjects.lane(zone, nodeId, carrierService);

const PLACING: Placing = {
  'fairlead.item': (data) => ({ subject: subjects.item(data.itemId), cells: [{ fieldGroup: 'item', value: data }] }),
  'fairlead.node': ({ cutoffTime, nodeCalendar, capacity, capacityUom, ...identity }) => ({
    subject: subjects.node(identity.nodeId),
    cells: [
      { fieldGroup: 'identity', value: identity },
      { fieldGroup: 'calendar', value: { cutoffTime, nodeCalendar } },
      { fieldGroup: 'capacity', value: { capacity, capacityUom } },
    ],
  }),
  'fairlead.node.capacity': ({ nodeId, capacity, capacityUom, capacityConsumed, backlog }) => ({
    subject: subjects.node(nodeId),
    cells: [
      { fieldGroup: 'capacity', value: { capacity, capacityUom } },
      { fieldGroup: 'load', value: { capacityConsumed, backlog } },
    ],
  }),
  'fairlead.node.labor': ({ nodeId, laborUtilization }) => ({
    subject: subjects.node(nodeId),
    cells: [{ fieldGroup: 'labor', value: { laborUtilization } }],
  }),
  'fairlead.node.dock-slots': ({ nodeId, dockSlots }) => ({
    subject: subjects.node(nodeId),
    cells: [{ fieldGroup: 'dockSlots', value: { dockSlots } }],
  }),
  'fairlead.node.calendar': ({ nodeId, cutoffTime, nodeCalendar }) => ({
    subject: subjects.node(nodeId),
    cells: [{ fieldGroup: 'calendar', value: { cutoffTime, nodeCalendar } }],
  }),
  'fairlead.zone': (data) => ({ subject: subjects.zone(data.zone), cells: [{ fieldGroup: 'zone', value: data }] }),
  'fairlead.lane': ({ rate, currency, dimDivisor, ...route }) => ({
    subject: laneOf(route),
    cells: [
      { fieldGroup: 'route', value: route },
      { fieldGroup: 'rate', value: { rate, currency, dimDivisor } },
    ],
  }),
  'fairlead.lane.rate': ({ rate, currency, dimDivisor, ...lane }) => ({
    subject: laneOf(lane),
    cells: [{ fieldGroup: 'rate', value: { rate, currency, dimDivisor } }],
  }),
  'fairlead.carrier.performance': ({ nodeId, zone, carrierService, ...performance }) => ({
    subject: laneOf({ nodeId, zone, carrierService }),
    cells: [{ fieldGroup: 'performance', value: performance }],
  }),
  'fairlead.customer': (data) => ({
    subject: subjects.customer(data.customerId),
    cells: [{ fieldGroup: 'customer', value: data }],
  }),
  'fairlead.supply.position': ({ receiptsDue, demand, picks91, receipts182, ...position }) => ({
    subject: subjects.supply(position.itemId, position.nodeId),
    cells: [
      { fieldGroup: 'position', value: position },
      ...Object.entries({ receiptsDue, demand, picks91, receipts182 })
        .filter(([, value]) => value !== undefined)
        .map(([fieldGroup, value]) => ({ fieldGroup, value })),
    ],
  }),
  'fairlead.receipt.due': ({ nodeId, itemId, receiptsDue }) => ({
    subject: subjects.supply(itemId, nodeId),
    cells: [{ fieldGroup: 'receiptsDue', value: receiptsDue }],
  }),
  'fairlead.order.created': order('facts'),
  'fairlead.order.changed': order('facts'),
  'fairlead.order.cancelled': order('cancelled'),
  'fairlead.shipment.shipped': shipment('shipped'),
  'fairlead.shipment.delivered': shipment('delivered'),
  'fairlead.shipment.failed': shipment('failed'),
  'fairlead.freight.invoiced': shipment('invoiced'),
  'fairlead.reservation.confirmed': hold,
  'fairlead.reservation.released': hold,
};

/** The subject of an event and the groups of fields it replaces. */
export function place(event: WorldEvent): Placed {
  return (PLACING[event.type] as (data: WorldEvent['data']) => Placed)(event.data);
}
