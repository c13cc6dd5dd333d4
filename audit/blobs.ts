import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DomainError } from '#domain/problems.ts';
import type { Store } from '#store/open.ts';
import { canonicalBytes, canonicalText } from './canonical.ts';
import { sha256Hex } from './sha256.ts';
import { membersOf, type Run, snapshotText } from './snapshot-text.ts';

/** `evidence`: EvidenceV1; `snapshot`: SlicedSnapshot; `slice`: rows that snapshots share; the rest as it was loaded. */
export type BlobKind = 'evidence' | 'snapshot' | 'slice' | 'model' | 'policy' | 'plan' | 'gate';

/** Model files and policies serve every tenant; they lie under this name. */
export const SHARED = '';

/** Bytes under their SHA-256 (hex), each once for a tenant, deflated. Removed by retention only. */
export interface BlobStore {
  /** Inside `store.transaction`, or by itself. Returns the name; `name`: where the bytes have been hashed before. */
  keep(tenant: string, kind: BlobKind, bytes: Uint8Array | string, name?: string): string;
  /** Keeps a value as canonical JSON. */
  keepJson(tenant: string, kind: BlobKind, value: unknown): string;
  /**
   * Keeps a snapshot, and rows that an earlier one had too apart, because orders share most of them. Its name is that of
   * its canonical JSON. Call it inside `store.transaction`, and `recover` after one that failed or removed slices.
   */
  keepSnapshot(tenant: string, snapshot: object, name?: string): string;
  /** Trusts nothing in memory of what is stored. */
  recover(): void;
  /** The bytes, checked against their name; undefined when there are none. */
  read(tenant: string, name: string): Buffer | undefined;
  readJson(tenant: string, name: string): unknown;
  readSnapshot(tenant: string, name: string): unknown;
}

/**
 * Level 2: half the time of the default for nearly its size. A window of 16 KiB spans most evidence and is sooner made
 * than the whole one; most blobs fit in one chunk of 4 KiB.
 */
const DEFLATE = { level: 2, windowBits: 14, chunkSize: 4096 } as const;

/** Where texts lie as bytes while they are compressed: a buffer for each is garbage of 12 KB a decision. */
let scratch = Buffer.allocUnsafeSlow(1 << 16);

function bytesOf(text: string): Buffer {
  const most = text.length * 3;
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most);
  return scratch.subarray(0, scratch.write(text));
}

const deflated = (content: Uint8Array | string): Buffer =>
  deflateRawSync(typeof content === 'string' ? bytesOf(content) : content, DEFLATE);

/** A snapshot as it is stored. */
interface SlicedSnapshot {
  /** Its lists of many rows, in pieces: rows as they are, or the name of a slice. */
  readonly slices: Readonly<Record<string, readonly (string | readonly unknown[])[]>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The slices that a stored snapshot is made of. */
export function sliceNames(stored: Uint8Array): string[] {
  const { slices }: SlicedSnapshot = JSON.parse(inflateRawSync(stored).toString('utf8'));
  return Object.values(slices)
    .flat()
    .filter((piece) => typeof piece === 'string');
}

export function createBlobStore(store: Store, now: () => number): BlobStore {
  const exists = store.sqlite.prepare('SELECT 1 FROM audit_blobs WHERE tenant_id = ? AND sha256 = ?').pluck();
  const insert = store.sqlite.prepare(
    'INSERT INTO audit_blobs (tenant_id, sha256, kind, bytes, stored_at) VALUES (?, ?, ?, ?, ?)',
  );
  const select = store.sqlite.prepare('SELECT bytes FROM audit_blobs WHERE tenant_id = ? AND sha256 = ?').pluck();
  const dataVersion = store.sqlite.prepare('PRAGMA data_version').pluck();
  /** Runs of snapshots that were kept, with the slice that has them; null: they stood in one snapshot only. */
  let kept = new WeakMap<Run, { readonly tenant: string; readonly slice: string | null }>();
  let keptAt: unknown;

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

  function forget(): void {
    kept = new WeakMap();
  }

  /** Another process may have removed what it believed nobody uses. */
  function forgetIfChanged(): void {
    const version = dataVersion.get();
    if (version !== keptAt) forget();
    keptAt = version;
  }

  /** Rows as they stand in a stored snapshot. Most are of one moment: they become a slice when they are met again. */
  function pieceOf(tenant: string, run: Run): string {
    const before = kept.get(run);
    if (before?.tenant !== tenant) {
      kept.set(run, { tenant, slice: null });
      return `[${run.text}]`;
    }
    if (before.slice !== null) return `"${before.slice}"`;
    const slice = keep(tenant, 'slice', `[${run.text}]`);
    kept.set(run, { tenant, slice });
    return `"${slice}"`;
  }

  function keep(tenant: string, kind: BlobKind, content: Uint8Array | string, name = sha256Hex(content)): string {
    if (!exists.get(tenant, name)) insert.run(tenant, name, kind, deflated(content), now());
    return name;
  }

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
    keepJson: (tenant, kind, value) => keep(tenant, kind, canonicalText(value)),
    keepSnapshot(tenant, snapshot, name = sha256Hex(snapshotText(snapshot))) {
      if (exists.get(tenant, name)) return name;
      forgetIfChanged();
      const rest: string[] = [];
      const slices: string[] = [];
      for (const { head, text, runs } of membersOf(snapshot))
        if (runs) slices.push(`${head}[${runs.map((run) => pieceOf(tenant, run)).join(',')}]`);
        else rest.push(head + text);
      const text = `{"rest":{${rest.join(',')}},"slices":{${slices.join(',')}}}`;
      return keep(tenant, 'snapshot', text, name);
    },
    recover: forget,
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
      for (const [member, pieces] of Object.entries(slices))
        whole[member] = pieces.flatMap((piece) => (typeof piece === 'string' ? sliceOf(tenant, piece) : piece));
      check(name, canonicalBytes(whole));
      return whole;
    },
  };
}
