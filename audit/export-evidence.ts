import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DomainError } from '#domain/problems.ts';
import { canonicalBytes } from './canonical.ts';
import type { EvidenceV1 } from './evidence.ts';
import { findLogFolders, type LogFolder, readBundle } from './folder-source.ts';
import type { DecisionRecordV1 } from './record.ts';
import { decisionRecordOf, type ReplayInputs } from './replay-inputs.ts';
import { sha256Hex } from './sha256.ts';
import { TILE_WIDTH } from './tiles.ts';

/** What goes along with the tiles. All three together are what a replay needs. */
export interface EvidenceChoice {
  readonly evidence: boolean;
  readonly models: boolean;
  readonly policies: boolean;
}

/** `blobs/<first two digits>/<sha256>`: any `sha256sum` checks a file against its name. */
function blobPath(folder: string, name: string): string {
  return join(folder, 'blobs', name.slice(0, 2), name);
}

export interface EvidenceCount {
  readonly files: number;
  /** Decisions whose evidence retention has removed. */
  readonly expired: number;
}

/** Writes what the records refer to, each file once; files already there are kept. */
export function exportEvidence(inputs: ReplayInputs, folder: string, choice: EvidenceChoice): EvidenceCount {
  let [files, expired] = [0, 0];
  const done = new Set<string>();
  const write = (name: string, bytes: () => Uint8Array | string | undefined): boolean => {
    if (done.has(name)) return true;
    const path = blobPath(folder, name);
    if (!existsSync(path)) {
      const content = bytes();
      if (content === undefined) return false;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      files++;
    }
    done.add(name);
    return true;
  };
  const json = (value: unknown) => (value === undefined ? undefined : canonicalBytes(value));
  for (const { tenant, input, evidenceSha256, policy } of inputs.records()) {
    const evidence = inputs.evidence(tenant, evidenceSha256) as EvidenceV1 | undefined;
    if (!evidence) expired++;
    if (choice.evidence && evidence) {
      write(evidenceSha256, () => json(evidence));
      write(input.snapshotSha256, () => json(inputs.snapshot(tenant, input.snapshotSha256)));
    }
    if (choice.policies) {
      const revision = policy.policyRevision.replace('sha256:', '');
      write(revision, () => json(inputs.policyDocument(revision)));
    }
    if (choice.models)
      for (const { sha256 } of evidence?.offeredModels ?? []) write(sha256, () => inputs.model(sha256));
  }
  return { files, expired };
}

function* recordsOf(logs: readonly LogFolder[]): Generator<DecisionRecordV1> {
  for (const log of logs)
    for (let index = 0; index * TILE_WIDTH < log.size; index++)
      for (const leaf of readBundle(log, index)) {
        const record = decisionRecordOf(leaf);
        if (record) yield record;
      }
}

/** An export as a source of replays; no database and no native module is involved. */
export function exportedInputs(folder: string): ReplayInputs {
  const logs = findLogFolders(folder);
  const read = (name: string): string | undefined => {
    const path = blobPath(folder, name);
    if (!existsSync(path)) return undefined;
    const bytes = readFileSync(path);
    if (sha256Hex(bytes) !== name) throw new DomainError('log-broken', `\`${path}\` has been changed`, { path });
    return bytes.toString('utf8');
  };
  const json = (name: string): unknown => {
    const text = read(name);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    records: () => recordsOf(logs),
    record(decisionId) {
      for (const record of recordsOf(logs)) if (record.decisionId === decisionId) return record;
      return undefined;
    },
    evidence: (_, name) => json(name),
    snapshot: (_, name) => json(name),
    policyDocument: json,
    model: read,
  };
}
