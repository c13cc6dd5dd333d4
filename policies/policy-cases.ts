import { z } from 'zod';
import { VERDICTS, type Verdict } from '#domain/guard.ts';
import { CREDIT_STATUSES, CUSTOMER_TIERS } from '#domain/order.ts';
import { worldOf } from './case-world.ts';
import { activeRules, evaluate } from './evaluate.ts';
import { orderContext } from './plan-facts.ts';
import type { Policy, PolicyText } from './policy.ts';
import { invalidPolicy, readYaml } from './problems.ts';

const money = z.string();
const probability = z.number().min(0).max(1).nullable();

const policyCase = z.strictObject({
  note: z.string().min(1),
  order: z
    .strictObject({
      tier: z.enum(CUSTOMER_TIERS),
      channel: z.string(),
      country: z.string(),
      zone: z.string(),
      customerId: z.string(),
      creditStatus: z.enum(CREDIT_STATUSES),
      priority: z.int().min(1).max(9),
      /** From the decision; null: no promise. */
      promiseInDays: z.number().nullable(),
    })
    .partial()
    .default({}),
  shipments: z
    .array(
      z.strictObject({
        node: z.string().default('DC'),
        region: z.string().default('R1'),
        carrier: z.string().default('CARRIER'),
        service: z.string().default('GROUND'),
        expedited: z.boolean().default(false),
        freight: money,
        value: money,
        units: z.int().min(1).default(1),
        itemClass: z.string().default('standard'),
        distanceKm: z.number().default(100),
        arrivesInDays: z.number().default(2),
        /** Above safety stock and protection; what the plan takes, where nothing is said. */
        atp: z.int().min(0).optional(),
      }),
    )
    .min(1),
  goodsCost: money.optional(),
  costToServe: money.optional(),
  risks: z.strictObject({ stockout: probability, delay: probability, split: probability }).partial().default({}),
  want: z.strictObject({ verdict: z.enum(VERDICTS), rules: z.array(z.string()).default([]) }),
});
const caseFile = z.strictObject({ cases: z.array(policyCase).min(1) });
export type PolicyCase = z.infer<typeof policyCase>;

export interface CaseResult {
  readonly note: string;
  readonly passed: boolean;
  readonly want: { readonly verdict: Verdict; readonly rules: readonly string[] };
  readonly got: { readonly verdict: Verdict; readonly rules: readonly string[] };
  readonly messages: readonly string[];
}

/** Reads a file of cases; throws `invalid-policy` with the line of what does not fit. */
export function readCases({ file, text }: PolicyText): PolicyCase[] {
  const yaml = readYaml(file, text);
  if (yaml.problems.length > 0) throw invalidPolicy(yaml.problems);
  const parsed = caseFile.safeParse(yaml.value);
  if (parsed.success) return parsed.data.cases;
  throw invalidPolicy(
    parsed.error.issues.map((issue) => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      const problem = issue.message.toLowerCase();
      return { file, line: yaml.lineOf(path), path: path.join('.'), problem, remedy: 'see docs/policy-cases.md' };
    }),
  );
}

/** Runs each case: the worst verdict of all rules on its plan as it is, and exactly the rules that spoke. */
export function runCases(policy: Policy, cases: readonly PolicyCase[]): CaseResult[] {
  return cases.map((asked) => {
    const { request, snapshot, candidate } = worldOf(policy, asked);
    const context = orderContext(request, snapshot, policy);
    const { verdict, spoken } = evaluate(activeRules(policy, request.order), context, candidate);
    const rules = spoken.map(({ active }) => active.rule.ruleId).sort();
    const want = { verdict: asked.want.verdict, rules: [...asked.want.rules].sort() };
    const passed = verdict === want.verdict && rules.join() === want.rules.join();
    const messages = spoken.map(
      ({ active, finding }) => `${active.rule.ruleId}: ${active.rule.message}: ${finding.detail}`,
    );
    return { note: asked.note, passed, want, got: { verdict, rules }, messages };
  });
}
