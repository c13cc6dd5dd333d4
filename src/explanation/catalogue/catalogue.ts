import { approvals } from './approvals.ts';
import { blockers } from './blockers.ts';
import { compareCarriers } from './compare-carriers.ts';
import { compareNodes } from './compare-nodes.ts';
import { comparePeriods } from './compare-periods.ts';
import { countOrders } from './count-orders.ts';
import { exceptionsAging } from './exceptions-aging.ts';
import { kpi } from './kpi.ts';
import { lateDeliveries } from './late-deliveries.ts';
import { listExceptions } from './list-exceptions.ts';
import { listOrders } from './list-orders.ts';
import { modelAccuracy } from './model-accuracy.ts';
import { modelVersions } from './model-versions.ts';
import { nodeStatus } from './node-status.ts';
import { orderAlternatives } from './order-alternatives.ts';
import { orderCosts } from './order-costs.ts';
import { orderHistory } from './order-history.ts';
import { orderProof } from './order-proof.ts';
import { orderRisk } from './order-risk.ts';
import { orderRules } from './order-rules.ts';
import { overrides } from './overrides.ts';
import type { Plan } from './plan.ts';
import { policyChanges } from './policy-changes.ts';
import { policyRules } from './policy-rules.ts';
import { riskyOrders } from './risky-orders.ts';
import { ruleActivity } from './rule-activity.ts';
import { savings } from './savings.ts';
import { showOrder } from './show-order.ts';
import { stock } from './stock.ts';
import { whatChanged } from './what-changed.ts';
import { whatIf } from './what-if.ts';
import { whatWouldChange } from './what-would-change.ts';
import { whyBlocked } from './why-blocked.ts';
import { whyCarrier } from './why-carrier.ts';
import { whyChanged } from './why-changed.ts';
import { whyNot } from './why-not.ts';
import { whyOrder } from './why-order.ts';
import { whySplit } from './why-split.ts';

/** Every question that can be answered. Both front ends, the MCP tools and docs/questions.md are made from it. */
export const CATALOGUE: readonly Plan[] = [
  showOrder,
  whyOrder,
  whySplit,
  whyCarrier,
  whyNot,
  whyBlocked,
  whatWouldChange,
  whatIf,
  whyChanged,
  orderHistory,
  orderAlternatives,
  orderCosts,
  orderRisk,
  orderRules,
  orderProof,
  listOrders,
  countOrders,
  riskyOrders,
  blockers,
  ruleActivity,
  lateDeliveries,
  exceptionsAging,
  listExceptions,
  approvals,
  whatChanged,
  compareNodes,
  compareCarriers,
  comparePeriods,
  overrides,
  kpi,
  modelAccuracy,
  modelVersions,
  policyRules,
  policyChanges,
  savings,
  stock,
  nodeStatus,
];

const byName = new Map(CATALOGUE.map((plan) => [plan.name, plan]));

export function planNamed(name: string): Plan | undefined {
  return byName.get(name);
}

export const PLAN_NAMES = CATALOGUE.map(({ name }) => name) as [string, ...string[]];
