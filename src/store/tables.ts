import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** API keys, hashed. A key reads `pk_<keyId>_<secret>`; the secret is never stored. */
export const apiKeys = sqliteTable('api_keys', {
  keyId: text('key_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  secretSha256: text('secret_sha256').notNull(),
  /** JSON array of roles. */
  roles: text('roles').notNull(),
  note: text('note').notNull(),
  createdAt: integer('created_at').notNull(),
  revokedAt: integer('revoked_at'),
});

/** An answered request under its Idempotency-Key, written in the transaction of its decision. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    tenantId: text('tenant_id').notNull(),
    keyId: text('key_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    bodySha256: text('body_sha256').notNull(),
    status: integer('status').notNull(),
    response: text('response').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.keyId, table.idempotencyKey] })],
);
