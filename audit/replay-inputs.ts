import type { BlobStore } from './blobs.ts';
import { SHARED } from './blobs.ts';
import type { DecisionRecordV1 } from './record.ts';

/** Where a replay finds recorded decisions and what they stood on; undefined where retention has removed it. */
export interface ReplayInputs {
  /** In the order of the log. */
  records(): Iterable<DecisionRecordV1>;
  record(decisionId: string): DecisionRecordV1 | undefined;
  /** Canonical JSON under its SHA-256; checked. */
  evidence(tenant: string, sha256: string): unknown;
  snapshot(tenant: string, sha256: string): unknown;
  policyDocument(sha256: string): unknown;
  /** The model file's text. */
  model(sha256: string): string | undefined;
}

/** The record of a leaf; undefined where the leaf is about something other than a decision. */
export function decisionRecordOf(leaf: Uint8Array): DecisionRecordV1 | undefined {
  const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength).toString('utf8');
  return text.includes('"type":"decision"') ? (JSON.parse(text) as DecisionRecordV1) : undefined;
}

/** Reads evidence out of the store. */
export function storedEvidence(blobs: BlobStore): Omit<ReplayInputs, 'records' | 'record'> {
  return {
    evidence: (tenant, sha256) => blobs.readJson(tenant, sha256),
    snapshot: (tenant, sha256) => blobs.readSnapshot(tenant, sha256),
    policyDocument: (sha256) => blobs.readJson(SHARED, sha256),
    model: (sha256) => blobs.read(SHARED, sha256)?.toString('utf8'),
  };
}
