import type { SupplyPosition } from '#domain/supply.ts';
import type { Finding, Measure, PlanFacts, ShipmentFacts, Taking } from './rule.ts';

/** Units at a node before anything is kept back: on hand and due by the ship date, less what is promised already. */
export function unpromised(position: SupplyPosition, shipAt: number): number {
  let units = position.onHand - position.reserved - position.allocated;
  for (const receipt of position.receiptsDue) if (receipt.dueAt <= shipAt) units += receipt.qty;
  return units;
}

/** The first taking of more than `reach` allows; what is not a number is too much. Null from `reach`: another rule's. */
export function overTaken(
  { takings }: PlanFacts,
  name: string,
  reach: (position: SupplyPosition, taking: Taking) => number | null,
): Finding | null {
  for (const taking of takings) {
    const { position, units, nodeId, itemId, shipmentIndex } = taking;
    const limit = position ? reach(position, taking) : 0;
    if (limit === null || units <= Math.max(0, limit)) continue;
    return {
      path: `/shipments/${shipmentIndex}`,
      value: units,
      threshold: Math.max(0, limit),
      unit: 'units',
      detail: `${units} units of \`${itemId}\` at \`${nodeId}\`, ${Math.max(0, limit)} ${name}`,
    };
  }
  return null;
}

/** The greatest value of `of` over the shipments; null where none has one. */
export function worstShipment(
  shipments: readonly ShipmentFacts[],
  of: (facts: ShipmentFacts) => number | null,
  name: string,
): Measure | null {
  let worst: { value: number; facts: ShipmentFacts } | null = null;
  for (const facts of shipments) {
    const value = of(facts);
    if (value === null) continue;
    // NaN wins, so that it denies.
    if (worst === null || !(value <= worst.value)) worst = { value, facts };
    if (Number.isNaN(value)) break;
  }
  if (worst === null) return null;
  const { shipment, index } = worst.facts;
  return {
    value: worst.value,
    path: `/shipments/${index}`,
    detail: `${name} of ${shipment.nodeId}/${shipment.carrierService}`,
  };
}
