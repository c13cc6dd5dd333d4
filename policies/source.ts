import { z } from 'zod';
import { DIMENSIONS } from '#domain/guard.ts';
import { CURRENCY_DECIMALS, type Currency } from '#domain/money.ts';
import { CUSTOMER_TIERS } from '#domain/order.ts';
import { REASON_CODES } from '#domain/reason-codes.ts';
import { DRIFT_STATES } from '#domain/snapshot.ts';
import { LEVELS, LEVERS, SEVERITIES } from './policy.ts';
import { QUANTITY_PATTERN } from './quantity.ts';
import { RULE_KINDS } from './rule-kinds.ts';

const slug = z.string().regex(/^[a-z][a-z0-9-]*$/);
const words = z.string().min(1);
const names = z.array(words).min(1);
const quantity = z.string().regex(new RegExp(QUANTITY_PATTERN)).describe('A number and its unit: `120.00 EUR`');
const moment = z.iso.datetime();
const currencies = Object.keys(CURRENCY_DECIMALS) as [Currency, ...Currency[]];

const scope = z.strictObject({
  tiers: z.array(z.enum(CUSTOMER_TIERS)).min(1).optional(),
  channels: names.optional(),
  nodes: names.optional(),
  regions: names.optional(),
  itemClasses: names.optional(),
  carriers: names.optional(),
});

const approvals = z
  .array(
    z.strictObject({
      upTo: quantity.optional(),
      role: slug,
      expires: quantity,
      hold: z.enum(['KEEP', 'RELEASE']).describe('What happens to the soft hold until somebody has decided'),
    }),
  )
  .min(1);

const perTier = z.strictObject({
  PLATINUM: quantity.optional(),
  GOLD: quantity.optional(),
  SILVER: quantity.optional(),
  STANDARD: quantity.optional(),
});

const rule = z.strictObject({
  id: slug,
  rule: z
    .enum([...RULE_KINDS.map(({ kind }) => kind), 'cel'])
    .describe('The kind of rule; `cel` for a rule of your own'),
  severity: z.enum(SEVERITIES),
  threshold: quantity.optional(),
  thresholdByTier: perTier.optional(),
  move: z.array(z.enum(DIMENSIONS)).min(1).optional().describe('What may move where the rule clamps'),
  scope: scope.optional(),
  permit: words.optional().describe('CEL, true where the plan is permitted; see docs/cel-context.md'),
  reasonCode: z.enum(REASON_CODES).optional(),
  approvals: approvals.optional(),
  relaxable: z.strictObject({ by: slug, upTo: quantity.optional() }).optional(),
  mayLoosen: z
    .strictObject({ upTo: quantity.optional() })
    .optional()
    .describe('A narrower policy may loosen this rule, at most so far'),
  message: words,
  owner: slug,
  source: words.describe('Where the rule comes from: a contract, a board paper, a law'),
});

const byTier = z.strictObject({ PLATINUM: quantity, GOLD: quantity, SILVER: quantity, STANDARD: quantity });
const route = z.strictObject({ owner: slug, sla: quantity });
const change = z
  .strictObject({ raisedBy: words, approvedBy: words, reason: words })
  .describe('Who changed the policy, who approved it, and why: goes into the log');

const head = {
  policyId: slug,
  version: words,
  owner: slug,
  effectiveFrom: moment.optional(),
  effectiveTo: moment.optional(),
  change,
};

const companySource = z.strictObject({
  ...head,
  level: z.literal('company'),
  currency: z.enum(currencies),
  limits: z.strictObject({ snapshotAge: quantity, carrierDataAge: quantity }),
  modelControls: z.strictObject({
    leastDataQuality: quantity,
    worstDrift: z.enum(DRIFT_STATES),
    oldestModel: quantity,
  }),
  costRates: z.strictObject({
    lateOrder: byTier,
    extraShipment: quantity,
    stockoutShareOfUnitCost: quantity,
    shortLine: quantity,
    shortShareOfValue: quantity,
    backorderShareOfValue: quantity,
    ageingShareOfUnitCost: quantity,
    ageingAfter: quantity,
  }),
  retention: z
    .strictObject({ evidence: quantity })
    .optional()
    .describe('How long the evidence of decisions is kept; without it, until somebody removes it'),
  levers: z.partialRecord(z.enum(LEVERS), z.strictObject({ by: slug, upTo: quantity.optional() })),
  approvers: z.record(slug, names),
  exceptions: z.strictObject({
    default: route,
    byCategory: z.partialRecord(z.enum([...REASON_CODES, 'APPROVAL']), route),
  }),
  rules: z.array(rule),
});

const narrowSource = z.strictObject({
  ...head,
  level: z.enum(LEVELS).exclude(['company']),
  appliesTo: z.strictObject({ countries: names.optional(), zones: names.optional(), customers: names.optional() }),
  limits: z.strictObject({ snapshotAge: quantity, carrierDataAge: quantity }).partial().optional(),
  rules: z.array(rule).min(1),
});

/** A policy file as people write it. `policies/policy.schema.json` is generated from this. */
export const policySource = z.discriminatedUnion('level', [companySource, narrowSource]);
export type CompanySource = z.infer<typeof companySource>;
export type NarrowSource = z.infer<typeof narrowSource>;
export type PolicySource = z.infer<typeof policySource>;
export type RuleSource = z.infer<typeof rule>;
