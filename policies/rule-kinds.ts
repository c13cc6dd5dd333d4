// Written by `npm run rules` from the files of policies/rules/.
import type { RuleKind } from './rule.ts';
import { availableToPromise } from './rules/available-to-promise.ts';
import { backlogLimit } from './rules/backlog-limit.ts';
import { carrierDataAge } from './rules/carrier-data-age.ts';
import { carrierLane } from './rules/carrier-lane.ts';
import { carrierLateShare } from './rules/carrier-late-share.ts';
import { costToServeCeiling } from './rules/cost-to-serve-ceiling.ts';
import { creditHold } from './rules/credit-hold.ts';
import { customerSplits } from './rules/customer-splits.ts';
import { cutoff } from './rules/cutoff.ts';
import { dailyFreightBudget } from './rules/daily-freight-budget.ts';
import { delayRiskLimit } from './rules/delay-risk-limit.ts';
import { deliveryWindow } from './rules/delivery-window.ts';
import { distanceLimit } from './rules/distance-limit.ts';
import { dockSlots } from './rules/dock-slots.ts';
import { expediteSpend } from './rules/expedite-spend.ts';
import { fillRateFloor } from './rules/fill-rate-floor.ts';
import { firmNode } from './rules/firm-node.ts';
import { freightCeiling } from './rules/freight-ceiling.ts';
import { freightShare } from './rules/freight-share.ts';
import { hazmat } from './rules/hazmat.ts';
import { laborLimit } from './rules/labor-limit.ts';
import { marginFloor } from './rules/margin-floor.ts';
import { movedShare } from './rules/moved-share.ts';
import { nodeActive } from './rules/node-active.ts';
import { nodeCalendar } from './rules/node-calendar.ts';
import { nodeCapacity } from './rules/node-capacity.ts';
import { orderValueCeiling } from './rules/order-value-ceiling.ts';
import { parcelSize } from './rules/parcel-size.ts';
import { planIntegrity } from './rules/plan-integrity.ts';
import { preferredCarrier } from './rules/preferred-carrier.ts';
import { promiseLateness } from './rules/promise-lateness.ts';
import { reservationPriority } from './rules/reservation-priority.ts';
import { safetyStock } from './rules/safety-stock.ts';
import { scoresValid } from './rules/scores-valid.ts';
import { shipComplete } from './rules/ship-complete.ts';
import { shipmentValueFloor } from './rules/shipment-value-floor.ts';
import { snapshotAge } from './rules/snapshot-age.ts';
import { splitLimit } from './rules/split-limit.ts';
import { splitRiskLimit } from './rules/split-risk-limit.ts';
import { stockoutRiskLimit } from './rules/stockout-risk-limit.ts';
import { supplyProtection } from './rules/supply-protection.ts';
import { temperature } from './rules/temperature.ts';

/** Every kind of rule, by name. */
export const RULE_KINDS: readonly RuleKind[] = [
  availableToPromise,
  backlogLimit,
  carrierDataAge,
  carrierLane,
  carrierLateShare,
  costToServeCeiling,
  creditHold,
  customerSplits,
  cutoff,
  dailyFreightBudget,
  delayRiskLimit,
  deliveryWindow,
  distanceLimit,
  dockSlots,
  expediteSpend,
  fillRateFloor,
  firmNode,
  freightCeiling,
  freightShare,
  hazmat,
  laborLimit,
  marginFloor,
  movedShare,
  nodeActive,
  nodeCalendar,
  nodeCapacity,
  orderValueCeiling,
  parcelSize,
  planIntegrity,
  preferredCarrier,
  promiseLateness,
  reservationPriority,
  safetyStock,
  scoresValid,
  shipComplete,
  shipmentValueFloor,
  snapshotAge,
  splitLimit,
  splitRiskLimit,
  stockoutRiskLimit,
  supplyProtection,
  temperature,
];
