import { whyBlocked } from './blocked.ts';
import { blockers } from './blockers.ts';
import { whatIf, whatWouldChange } from './counterfactual-answers.ts';
import type { Answerer } from './draft.ts';
import { kpi } from './kpi-answers.ts';
import { countOrders, listOrders, riskyOrders, savings } from './list-answers.ts';
import { orderAlternatives } from './order-alternatives.ts';
import { orderHistory } from './order-history.ts';
import { orderRules } from './order-rules.ts';
import { lateDeliveries, modelAccuracy } from './outcome-answers.ts';
import { approvals, exceptionsAging, listExceptions, overrides } from './people-answers.ts';
import { orderRisk } from './risk-answers.ts';
import { modelVersions, policyChanges, policyRules, ruleActivity } from './rule-answers.ts';
import { orderCosts, orderProof, showOrder } from './show-order.ts';
import { compareCarriers, compareNodes, comparePeriods } from './side-by-side.ts';
import { whatChanged } from './what-changed.ts';
import { whyCarrier } from './why-carrier.ts';
import { whyChanged } from './why-changed-answers.ts';
import { whyNot } from './why-not.ts';
import { whyOrder } from './why-order.ts';
import { whySplit } from './why-split.ts';
import { nodeStatus, stock } from './world-answers.ts';

/** What each plan of the catalogue says, by its name. */
export const ANSWERS: Readonly<Record<string, Answerer>> = {
  'show-order': showOrder,
  'why-order': whyOrder,
  'why-split': whySplit,
  'why-carrier': whyCarrier,
  'why-not': whyNot,
  'why-blocked': whyBlocked,
  'what-would-change': whatWouldChange,
  'what-if': whatIf,
  'why-changed': whyChanged,
  'order-history': orderHistory,
  'order-alternatives': orderAlternatives,
  'order-costs': orderCosts,
  'order-risk': orderRisk,
  'order-rules': orderRules,
  'order-proof': orderProof,
  'list-orders': listOrders,
  'count-orders': countOrders,
  'risky-orders': riskyOrders,
  blockers,
  'rule-activity': ruleActivity,
  'late-deliveries': lateDeliveries,
  'exceptions-aging': exceptionsAging,
  'list-exceptions': listExceptions,
  approvals,
  'what-changed': whatChanged,
  'compare-nodes': compareNodes,
  'compare-carriers': compareCarriers,
  'compare-periods': comparePeriods,
  overrides,
  kpi,
  'model-accuracy': modelAccuracy,
  'model-versions': modelVersions,
  'policy-rules': policyRules,
  'policy-changes': policyChanges,
  savings,
  stock,
  'node-status': nodeStatus,
};
