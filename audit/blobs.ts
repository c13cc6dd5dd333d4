import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import { canonicalBytes } from './canonical.ts';
import { sha256Hex } from './sha256.ts';
import { slicesOf, snapshotText } from './snapshot-text.ts';

/** `evidence`: EvidenceV1; `snapshot`: a list of slices; `slice`: a part of a snapshot; the rest as it was loaded. */
export type BlobKind = 'evidence' | 'snapshot' | 'slice' | 'model' | 'policy' | 'plan' | 'gate';

/** Model files and policies serve every tenant; they lie under this name. */
export const SHARED = '';

/** Bytes under their SHA-256 (hex), each once for a tenant, deflated. Removed by retention only. */
export interface BlobStore {
  /** Inside `store.transaction`, or by itself. Returns the name; `name`: where the bytes have been hashed before. */
  keep(tenant: string, kind: BlobKind, bytes: Uint8Array, name?: string): string;
  /** Keeps a value as canonical JSON. */
  keepJson(tenant: string, kind: BlobKind, value: unknown): string;
  /** Keeps a snapshot in slices, because orders share most of one. Its name is that of its canonical JSON. */
  keepSnapshot(tenant: string, snapshot: object, name?: string): string;
  /** The bytes, checked against their name; undefined when there are none. */
  read(tenant: string, name: string): Buffer | undefined;
  readJson(tenant: string, name: string): unknown;
  readSnapshot(tenant: string, name: string): unknown;
}

/** Level 1: half the time of the default for nearly its size. Most blobs fit in one chunk of 4 KiB. */
const DEFLATE = { level: 1, chunkSize: 4096 } as const;

interface SlicedSnapshot {
  readonly slices: Readonly<Record<string, readonly string[]>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The slices that a stored snapshot is made of. */
export function sliceNames(stored: Uint8Array): string[] {
  const { slices }: SlicedSnapshot = JSON.parse(inflateRawSync(stored).toString('utf8'));
  return Object.values(slices).flat();
}

export function createBlobStore(store: Store, now: () => number): BlobStore {
  const exists = store.sqlite.prepare('SELECT 1 FROM audit_blobs WHERE tenant_id = ? AND sha256 = ?').pluck();
  const insert = store.sqlite.prepare(
    'INSERT INTO audit_blobs (tenant_id, sha256, kind, bytes, stored_at) VALUES (?, ?, ?, ?, ?)',
  );
  const select = store.sqlite.prepare('SELECT bytes FROM audit_blobs WHERE tenant_id = ? AND sha256 = ?').pluck();

  function put(tenant: string, kind: BlobKind, name: string, bytes: Uint8Array): string {
    if (!exists.get(tenant, name)) insert.run(tenant, name, kind, deflateRawSync(bytes, DEFLATE), now());
    return name;
  }

  function inflate(tenant: string, name: string): Buffer | undefined {
    const bytes = select.get(tenant, name) as Buffer | undefined;
    if (!bytes) return undefined;
    try {
      return inflateRawSync(bytes);
    } catch (cause) {
      throw new DomainError('log-broken', `evidence \`${name}\` cannot be read`, { sha256: name }, cause);
    }
  }

  function check(name: string, bytes: Uint8Array): void {
    if (createHash('sha256').update(bytes).digest('hex') !== name)
      throw new DomainError('log-broken', `evidence \`${name}\` has been changed`, { sha256: name });
  }

  const keep = (tenant: string, kind: BlobKind, bytes: Uint8Array, name = sha256Hex(bytes)): string =>
    put(tenant, kind, name, bytes);

  function read(tenant: string, name: string): Buffer | undefined {
    const bytes = inflate(tenant, name);
    if (bytes) check(name, bytes);
    return bytes;
  }

  function sliceOf(tenant: string, name: string): Record<string, unknown>[] {
    const bytes = read(tenant, name);
    if (!bytes) throw new DomainError('evidence-expired', `slice \`${name}\` of a snapshot is gone`, { sha256: name });
    return JSON.parse(bytes.toString('utf8'));
  }

  return {
    keep,
    keepJson: (tenant, kind, value) => keep(tenant, kind, canonicalBytes(value)),
    keepSnapshot(tenant, snapshot, name = sha256Hex(snapshotText(snapshot))) {
      if (exists.get(tenant, name)) return name;
      const rest: Record<string, unknown> = { ...snapshot };
      const slices: Record<string, string[]> = {};
      for (const [member, runs] of slicesOf(snapshot)) {
        slices[member] = runs.map((run) => {
          if (!exists.get(tenant, run.name)) put(tenant, 'slice', run.name, Buffer.from(run.text));
          return run.name;
        });
        delete rest[member];
      }
      return put(tenant, 'snapshot', name, canonicalBytes({ slices, rest } satisfies SlicedSnapshot));
    },
    read,
    readJson(tenant, name) {
      const bytes = read(tenant, name);
      return bytes && JSON.parse(bytes.toString('utf8'));
    },
    readSnapshot(tenant, name) {
      const bytes = inflate(tenant, name);
      if (!bytes) return undefined;
      const { slices, rest }: SlicedSnapshot = JSON.parse(bytes.toString('utf8'));
      const whole: Record<string, unknown> = { ...rest };
      for (const [member, names] of Object.entries(slices))
        whole[member] = names.flatMap((slice) => sliceOf(tenant, slice));
      check(name, canonicalBytes(whole));
      return whole;
    },
  };
}
