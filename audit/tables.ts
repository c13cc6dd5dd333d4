import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

// The first five tables are append only: triggers of scripts/append-only.sql refuse UPDATE and DELETE.

/** One log for each tenant and year. */
export const auditLogs = sqliteTable(
  'audit_logs',
  {
    logId: integer('log_id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    year: integer('year').notNull(),
    origin: text('origin').notNull().unique(),
  },
  (table) => [uniqueIndex('audit_logs_tenant_year').on(table.tenantId, table.year)],
);

/** The leaves, without gaps from 0. `leafHash` and `decisionId` repeat what the leaf says, for speed; verify compares. */
export const auditLeaves = sqliteTable(
  'audit_leaves',
  {
    logId: integer('log_id').notNull(),
    leafIndex: integer('leaf_index').notNull(),
    leaf: blob('leaf', { mode: 'buffer' }).notNull(),
    leafHash: blob('leaf_hash', { mode: 'buffer' }).notNull(),
    decisionId: text('decision_id'),
  },
  (table) => [
    primaryKey({ columns: [table.logId, table.leafIndex] }),
    uniqueIndex('audit_leaves_decision').on(table.decisionId).where(sql`decision_id is not null`),
    // Leaves beside the decisions are few: who looks for one of them need not go through the others.
    index('audit_leaves_beside').on(table.logId, table.leafIndex).where(sql`decision_id is null`),
  ],
);

/** Complete hash tiles; `root` is the tile's own hash one level up. Partial tiles are made from the rows below. */
export const auditTiles = sqliteTable(
  'audit_tiles',
  {
    logId: integer('log_id').notNull(),
    level: integer('level').notNull(),
    tileIndex: integer('tile_index').notNull(),
    hashes: blob('hashes', { mode: 'buffer' }).notNull(),
    root: blob('root', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.logId, table.level, table.tileIndex] })],
);

/** Every checkpoint that was signed, as its note. */
export const auditCheckpoints = sqliteTable(
  'audit_checkpoints',
  {
    checkpointId: integer('checkpoint_id').primaryKey(),
    logId: integer('log_id').notNull(),
    size: integer('size').notNull(),
    note: text('note').notNull(),
    signedAt: integer('signed_at').notNull(),
  },
  (table) => [index('audit_checkpoints_size').on(table.logId, table.size)],
);

/** What witnesses signed: one note signature line each. */
export const auditCosignatures = sqliteTable(
  'audit_cosignatures',
  {
    cosignatureId: integer('cosignature_id').primaryKey(),
    logId: integer('log_id').notNull(),
    size: integer('size').notNull(),
    line: text('line').notNull(),
    cosignedAt: integer('cosigned_at').notNull(),
  },
  (table) => [index('audit_cosignatures_size').on(table.logId, table.size)],
);

/** Large inputs and evidence under their SHA-256 (hex); removed by retention only. `bytes` are deflated. */
export const auditBlobs = sqliteTable(
  'audit_blobs',
  {
    tenantId: text('tenant_id').notNull(),
    sha256: text('sha256').notNull(),
    kind: text('kind').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
    storedAt: integer('stored_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sha256] })],
);

/** Personal data of a decision, encrypted under the key of its subject. */
export const auditPersonal = sqliteTable(
  'audit_personal',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    subject: text('subject').notNull(),
    /** Nonce of 12 bytes, ciphertext, tag of 16. */
    sealed: blob('sealed', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.decisionId] }),
    index('audit_personal_subject').on(table.tenantId, table.subject),
  ],
);

/** Legal holds: retention leaves the evidence of a held tenant, order or subject alone until the hold is lifted. */
export const auditLegalHolds = sqliteTable('audit_legal_holds', {
  holdId: text('hold_id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  /** Null: everything of the tenant. */
  orderId: text('order_id'),
  reason: text('reason').notNull(),
  placedAt: integer('placed_at').notNull(),
  liftedAt: integer('lifted_at'),
});
