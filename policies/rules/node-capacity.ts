import type { HardRule, ShipmentFacts } from '../rule.ts';

function workOf({ node, units, shipment }: ShipmentFacts): number {
  if (node?.capacityUom === 'UNIT') return units;
  return node?.capacityUom === 'LINE' ? shipment.assignments.length : 1;
}

/** Work of the plan at a node and date against what is left of its capacity that day. */
export const nodeCapacity: HardRule = {
  kind: 'node-capacity',
  hard: true,
  reasonCode: 'CAPACITY_EXHAUSTED',
  summary: 'a node plans no more on a date than it can ship',
  moves: ['quantity', 'shipments', 'node'],
  check: ({ shipments }) => {
    for (const facts of shipments) {
      const { node, shipDay, shipment, index } = facts;
      if (node?.capacity === null) continue;
      let work = 0;
      for (const other of shipments)
        if (other.shipment.nodeId === shipment.nodeId && other.shipDay === shipDay) work += workOf(other);
      const left = node ? Math.max(0, node.capacity - (node.capacityConsumed[shipDay] ?? 0)) : 0;
      if (work <= left) continue;
      const unit = node?.capacityUom ?? '';
      const detail = `\`${shipment.nodeId}\` has ${left} ${unit} left on ${shipDay}, the plan needs ${work}`;
      return { path: `/shipments/${index}`, value: work, threshold: left, unit, detail };
    }
    return null;
  },
};
