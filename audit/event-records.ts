import { z } from 'zod';
import { DRIFT_STATES } from '#domain/snapshot.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const driftState = z.enum(DRIFT_STATES);
const event = { v: z.literal(1), ts: z.iso.datetime(), tenant: z.string(), actor: z.string() };

/** Leaves other than a decision's: what people and the service did around decisions. `reason` is a person's own words. */
export const eventRecordV1 = z.discriminatedUnion('type', [
  z.strictObject({
    ...event,
    type: z.literal('approval'),
    decisionId: z.string(),
    ruleIds: z.array(z.string()),
    verdict: z.enum(['APPROVED', 'REJECTED']),
    reason: z.string(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('override'),
    decisionId: z.string(),
    orderId: z.string(),
    fromCandidateId: z.string().nullable(),
    toCandidateId: z.string().nullable(),
    /** SHA-256 of the plan that replaced the decision's, kept as evidence. */
    planSha256: sha256.nullable(),
    reason: z.string(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('policy-change'),
    fromRevision: z.string().nullable(),
    toRevision: z.string(),
    approvedBy: z.array(z.string()),
    reason: z.string(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('model-promotion'),
    task: z.string(),
    alias: z.string(),
    fromVersion: z.string().nullable(),
    toVersion: z.string(),
    modelSha256: sha256,
    /** SHA-256 of the gate's result; null for a rollback, which needs no gate. */
    gateSha256: sha256.nullable(),
    approvedBy: z.array(z.string()),
    reason: z.string(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('model-drift'),
    task: z.string(),
    modelVersion: z.string(),
    fromState: driftState,
    toState: driftState,
    /** Rows of the window that was judged; 0 where outcomes alone or another champion changed the state. */
    rows: z.int().nonnegative(),
    /** Inputs, or `score`, that moved away from the model's reference. */
    shifted: z.array(z.string()),
    /** The highest population stability index of the window, in thousandths. */
    psiThousandths: z.int().nonnegative(),
    /** Whether the errors on known outcomes rose beyond what the reference allows. */
    errorAlarm: z.boolean(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('answered-question'),
    questionSha256: sha256,
    /** SHA-256 of the query plan; null when none was made. */
    planSha256: sha256.nullable(),
    answerSha256: sha256,
    outcome: z.enum(['answered', 'abstained']),
    /** `origin#index` of every leaf the answer cites. */
    cites: z.array(z.string()),
  }),
  z.strictObject({
    ...event,
    type: z.literal('erasure'),
    /** SHA-256 of `tenant/subject`: who asks can check that it was this subject; the name itself is not kept. */
    subjectSha256: sha256,
    /** Decisions whose personal data can no longer be read. */
    decisions: z.int().nonnegative(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('retention'),
    /** Evidence that only decisions before this moment used is gone. */
    before: z.iso.datetime(),
    blobs: z.int().nonnegative(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('legal-hold'),
    holdId: z.string(),
    /** Null: the whole tenant. */
    orderId: z.string().nullable(),
    action: z.enum(['placed', 'lifted']),
    reason: z.string(),
  }),
  z.strictObject({
    ...event,
    type: z.literal('key-rotation'),
    /** The keys that sign this log from the next start on. */
    verifierKeys: z.array(z.string()),
    action: z.enum(['added', 'retired']),
  }),
]);

export type EventRecordV1 = z.infer<typeof eventRecordV1>;
export type EventType = EventRecordV1['type'];
