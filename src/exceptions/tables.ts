import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Orders a person must settle; at most one for each decision, and known by its id. */
export const exceptions = sqliteTable(
  'exceptions',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    orderId: text('order_id').notNull(),
    category: text('category').notNull(),
    owner: text('owner').notNull(),
    state: text('state', { enum: ['OPEN', 'RESOLVED'] }).notNull(),
    /** The key that works on it; null: nobody yet. */
    assignee: text('assignee'),
    openedAt: integer('opened_at').notNull(),
    slaDueAt: integer('sla_due_at').notNull(),
    snoozedUntil: integer('snoozed_until'),
    resolvedAt: integer('resolved_at'),
    resolution: text('resolution'),
    /** JSON: the nearest candidates with what the rules said of them. */
    context: text('context').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.decisionId] }),
    index('exceptions_queue').on(table.tenantId, table.state, table.slaDueAt, table.decisionId),
    index('exceptions_order').on(table.tenantId, table.orderId),
  ],
);

/** What happened to an exception, in order; rows are only ever added. */
export const exceptionHistory = sqliteTable(
  'exception_history',
  {
    entryId: integer('entry_id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    at: integer('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    note: text('note').notNull(),
  },
  (table) => [index('exception_history_decision').on(table.tenantId, table.decisionId, table.entryId)],
);

/** What a person was asked for each rule of a decision, and what they said. */
export const approvals = sqliteTable(
  'approvals',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    ruleId: text('rule_id').notNull(),
    approverRole: text('approver_role').notNull(),
    state: text('state', { enum: ['PENDING', 'APPROVED', 'REFUSED', 'EXPIRED'] }).notNull(),
    /** Who raised the decision: nobody approves their own. */
    raisedBy: text('raised_by').notNull(),
    raisedAt: integer('raised_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    holdMeanwhile: text('hold_meanwhile', { enum: ['KEEP', 'RELEASE'] }).notNull(),
    decidedBy: text('decided_by'),
    decidedAt: integer('decided_at'),
    reasonCode: text('reason_code'),
    note: text('note'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.decisionId, table.ruleId] }),
    index('approvals_expiry').on(table.state, table.expiresAt),
  ],
);

/** A person's plan instead of the service's; a label of the next training run. */
export const overrides = sqliteTable(
  'overrides',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    orderId: text('order_id').notNull(),
    actor: text('actor').notNull(),
    at: integer('at').notNull(),
    reasonCode: text('reason_code').notNull(),
    note: text('note').notNull(),
    fromCandidateId: text('from_candidate_id'),
    toCandidateId: text('to_candidate_id').notNull(),
    /** JSON of the plan that replaces the decision's. */
    plan: text('plan').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.decisionId] })],
);
