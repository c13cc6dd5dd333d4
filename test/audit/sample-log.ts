import { join } from 'node:path';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { loadLogKeys } from '#audit/keys.ts';
import { leafOf } from '#audit/leaf.ts';
import { createAuditLog, type NewLeaf } from '#audit/log.ts';
import { createVerifier } from '#audit/note.ts';
import type { DecisionRecordV1 } from '#audit/record.ts';
import { createLogReader } from '#audit/serve.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { dataFiles, shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';

export const HOST = 'log.example';
export const ORIGIN = 'log.example/north/2026';

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A decision's record of the usual size, made from its number alone. */
export function sampleRecord(number: number, tenant = 'north'): DecisionRecordV1 {
  const hash = (what: string) => sha256Hex(`${what} ${number}`);
  const hex = number.toString(16).padStart(12, '0');
  return {
    v: 1,
    type: 'decision',
    decisionId: `0193a000-0000-7000-8000-${hex}`,
    orderId: `SO-${100_000 + number}`,
    status: 'FULLY_SOURCED',
    mode: 'hold',
    supersedes: null,
    ts: new Date(Date.UTC(2026, 0, 2) + number * 1000).toISOString(),
    tenant,
    actor: 'key:orders',
    idempotencyHmac: hash('idempotency'),
    input: {
      schema: 'recommendationRequest@1',
      factsSha256: hash('facts'),
      personalHmac: hash('personal'),
      snapshotSha256: hash('snapshot'),
      featuresSha256: hash('features'),
    },
    models: (['stockout', 'delay', 'split'] as const).map((task) => ({
      task,
      alias: 'champion',
      modelVersion: '2026-01-01',
      sha256: sha256Hex(task),
    })),
    policy: {
      policyRevision: `sha256:${sha256Hex('policy')}`,
      fired: ['freight-ceiling'],
      clamps: [{ ruleId: 'freight-ceiling', path: '/shipments/0/carrierService', from: 'AIR', to: 'GROUND' }],
    },
    reasonCodes: ['COST_THRESHOLD'],
    evidenceSha256: hash('evidence'),
    outputSha256: hash('output'),
    code: { version: '0.1.0' },
    runtime: { node: '20.20.2' },
    degraded: [],
  };
}

export function sampleLeaves(from: number, to: number, tenant = 'north'): NewLeaf[] {
  return Array.from({ length: to - from }, (_, at) => leafOf(sampleRecord(from + at, tenant)));
}

/** A log in `folder`, with everything that works on it. */
export function openSampleLog(folder: string) {
  const files = dataFiles(folder);
  const store = openStore({ file: files.store, migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, HOST);
  const keys = loadLogKeys({ file: files.auditKey, newSecret: () => new Uint8Array(32).fill(5) });
  const checkpointer = createCheckpointer({ store, log, keys, now: () => 1_767_312_000_000 });
  const reader = createLogReader(store, log);
  const verifiers = keys.signersFor(ORIGIN).map((signer) => createVerifier(signer.verifierKey));
  return { folder, files, store, log, keys, checkpointer, reader, verifiers };
}

export function witnessFile(folder: string): string {
  return join(folder, 'witness.db');
}
