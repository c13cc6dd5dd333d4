import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal, Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import type { Instant } from '#domain/time.ts';
import type { Store } from './open.ts';

const KEY_ID_BYTES = 8;
const SECRET_BYTES = 32; // 256 random bits: nothing to guess, so a plain hash is enough
const KEY = /^pk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const NO_SECRET = Buffer.alloc(32);

export interface ApiKeyRow {
  readonly keyId: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
  readonly note: string;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export interface NewApiKey {
  readonly tenant: string;
  readonly roles: readonly Role[];
  /** Who or what uses it. */
  readonly note: string;
  readonly now: Instant;
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

/** API keys `pk_<id>_<secret>`. Only the secret's SHA-256 is stored; a revocation counts from the next request on. */
export interface ApiKeys {
  /** Returns the key once; it cannot be read again. */
  create(key: NewApiKey): { readonly keyId: string; readonly key: string };
  list(tenant: string): ApiKeyRow[];
  /** Throws `not-found`. Revoking twice changes nothing. */
  revoke(tenant: string, keyId: string, now: Instant): void;
  /** Undefined for a key that is malformed, unknown, wrong or revoked; the time it takes does not tell which. */
  authenticate(key: string): Principal | undefined;
  count(): number;
}

interface StoredKey {
  readonly key_id: string;
  readonly tenant_id: string;
  readonly secret_sha256: string;
  readonly roles: string;
  readonly note: string;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export function createApiKeys({ sqlite }: Store): ApiKeys {
  const insert = sqlite.prepare(
    'insert into api_keys (key_id, tenant_id, secret_sha256, roles, note, created_at) values (?, ?, ?, ?, ?, ?)',
  );
  const byId = sqlite.prepare<[string], StoredKey>('select * from api_keys where key_id = ?');
  const byTenant = sqlite.prepare<[string], StoredKey>(
    'select * from api_keys where tenant_id = ? order by created_at, key_id',
  );
  const revoke = sqlite.prepare(
    'update api_keys set revoked_at = coalesce(revoked_at, ?) where tenant_id = ? and key_id = ?',
  );
  const count = sqlite.prepare<[], number>('select count(*) from api_keys').pluck();

  return {
    create({ tenant, roles, note, now, random }) {
      const keyId = Buffer.from(random(KEY_ID_BYTES)).toString('hex');
      const secret = Buffer.from(random(SECRET_BYTES)).toString('base64url');
      insert.run(keyId, tenant, hashOf(secret).toString('hex'), JSON.stringify(roles), note, now);
      return { keyId, key: `pk_${keyId}_${secret}` };
    },
    list: (tenant) =>
      byTenant.all(tenant).map((row) => ({
        keyId: row.key_id,
        tenant: row.tenant_id,
        roles: JSON.parse(row.roles),
        note: row.note,
        createdAt: row.created_at,
        revokedAt: row.revoked_at,
      })),
    revoke(tenant, keyId, now) {
      if (revoke.run(now, tenant, keyId).changes === 0)
        throw new DomainError('not-found', `there is no key \`${keyId}\``, { keyId });
    },
    authenticate(key) {
      const [, keyId = '', secret = ''] = KEY.exec(key) ?? [];
      const row = byId.get(keyId);
      const stored = row ? Buffer.from(row.secret_sha256, 'hex') : NO_SECRET;
      const same = timingSafeEqual(hashOf(secret), stored);
      if (!row || !same || row.revoked_at !== null) return undefined;
      return { keyId, roles: JSON.parse(row.roles), tenant: row.tenant_id };
    },
    count: () => count.get() ?? 0,
  };
}
