import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { openSideFile } from '#store/side-file.ts';
import { canonicalBytes } from './canonical.ts';

const SCHEMA = `CREATE TABLE IF NOT EXISTS subject_keys (
  tenant_id TEXT NOT NULL, subject TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (tenant_id, subject)
) WITHOUT ROWID`;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedPersonal {
  /** HMAC-SHA-256 (hex) of the canonical personal data under a key of the subject: stands in the leaf. */
  readonly personalHmac: string;
  /** Nonce of 12 bytes, AES-256-GCM ciphertext, tag of 16 bytes. */
  readonly sealed: Buffer;
}

/** A key for each subject, in a file of its own. Destroying the key is the erasure. */
export interface SubjectKeys {
  /** Encrypts under the subject's key, which is made in memory when there is none; `persist` makes it durable. */
  seal(tenant: string, subject: string, personal: unknown): SealedPersonal;
  /** The personal data, or undefined when the key is gone. */
  unseal(tenant: string, subject: string, sealed: Uint8Array): unknown;
  /** Writes the keys made since the last call. Call it before the transaction that stores what they seal. */
  persist(): void;
  /** True when there was a key. Its bytes are overwritten in the file and its journal. */
  destroy(tenant: string, subject: string): boolean;
  /** Opens the file anew after a failure; keys that were made and not written yet stay in memory. */
  reopen(): void;
  close(): void;
}

export interface SubjectKeyOptions {
  /** Not in the store's backups, or an erasure would not last. */
  readonly file: string;
  /** @default node:crypto */
  readonly random?: (bytes: number) => Uint8Array;
}

/** Purposes have keys of their own, so that no key both encrypts and authenticates. */
function derive(key: Uint8Array, purpose: 'encrypt' | 'hmac'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', `fairlead personal ${purpose}`, 32));
}

export function openSubjectKeys({ file, random = randomBytes }: SubjectKeyOptions): SubjectKeys {
  const sqlite = openSideFile(file, SCHEMA);
  const select = sqlite.prepare('SELECT key FROM subject_keys WHERE tenant_id = ? AND subject = ?').pluck();
  const insert = sqlite.prepare('INSERT INTO subject_keys (tenant_id, subject, key) VALUES (?, ?, ?)');
  const remove = sqlite.prepare('DELETE FROM subject_keys WHERE tenant_id = ? AND subject = ?');
  const made = new Map<string, { tenant: string; subject: string; key: Uint8Array }>();

  const nameOf = (tenant: string, subject: string): string => JSON.stringify([tenant, subject]);
  const find = (tenant: string, subject: string): Uint8Array | undefined =>
    made.get(nameOf(tenant, subject))?.key ?? (select.get(tenant, subject) as Buffer | undefined);

  return {
    seal(tenant, subject, personal) {
      let key = find(tenant, subject);
      if (!key) {
        key = random(32);
        made.set(nameOf(tenant, subject), { tenant, subject, key });
      }
      const plain = canonicalBytes(personal);
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', derive(key, 'encrypt'), nonce);
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { personalHmac: createHmac('sha256', derive(key, 'hmac')).update(plain).digest('hex'), sealed };
    },
    unseal(tenant, subject, sealed) {
      const key = find(tenant, subject);
      if (!key) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', derive(key, 'encrypt'), sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const middle = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
      return JSON.parse(Buffer.concat([decipher.update(middle), decipher.final()]).toString('utf8'));
    },
    persist() {
      if (made.size === 0) return;
      sqlite.transaction(() => {
        for (const { tenant, subject, key } of made.values()) insert.run(tenant, subject, key);
      })();
      made.clear();
    },
    destroy(tenant, subject) {
      const pending = made.delete(nameOf(tenant, subject));
      const stored = remove.run(tenant, subject).changes > 0;
      // The write-ahead log still holds the page as it was: fold it into the file and cut it off.
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
      return pending || stored;
    },
    reopen: () => sqlite.reopen(),
    close: () => sqlite.close(),
  };
}
