import { z } from 'zod';
import { DECISION_STATUSES } from '#domain/decision.ts';
import { MODES } from '#domain/order.ts';
import { REASON_CODES } from '#domain/reason-codes.ts';
import { TASKS } from '#domain/risk.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const outcomeValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);

/** The leaf of a decision. Large inputs stand in the evidence under their SHA-256. The authority on its shape. */
export const decisionRecordV1 = z.strictObject({
  v: z.literal(1),
  type: z.literal('decision'),
  decisionId: z.uuid({ version: 'v7' }),
  orderId: z.string(),
  status: z.enum(DECISION_STATUSES),
  mode: z.enum(MODES),
  supersedes: z.string().nullable(),
  ts: z.iso.datetime(),
  tenant: z.string(),
  actor: z.string(),
  /** HMAC-SHA-256 of the Idempotency-Key under the tenant's secret; null where none was sent. */
  idempotencyHmac: sha256.nullable(),
  input: z.strictObject({
    schema: z.literal('recommendationRequest@1'),
    factsSha256: sha256,
    personalHmac: sha256.nullable(),
    snapshotSha256: sha256,
    featuresSha256: sha256,
  }),
  models: z.array(
    z.strictObject({
      task: z.enum(TASKS),
      alias: z.enum(['champion', 'challenger']),
      modelVersion: z.string(),
      sha256,
    }),
  ),
  policy: z.strictObject({
    policyRevision: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    fired: z.array(z.string()),
    clamps: z.array(z.strictObject({ ruleId: z.string(), path: z.string(), from: outcomeValue, to: outcomeValue })),
  }),
  reasonCodes: z.array(z.enum(REASON_CODES)),
  evidenceSha256: sha256,
  outputSha256: sha256,
  code: z.strictObject({ version: z.string() }),
  runtime: z.strictObject({ node: z.string() }),
  /** `code:subject`, sorted. */
  degraded: z.array(z.string()),
});

export type DecisionRecordV1 = z.infer<typeof decisionRecordV1>;
