import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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

/**
 * What was decided, one row a decision, for search and KPIs. An index of the log: the leaf and its evidence are the
 * record. Moments are epoch milliseconds, money is minor units of `currency`, lists are JSON arrays of text.
 */
export const decisionIndex = sqliteTable(
  'decision_index',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    /** Where its leaf stands: `origin#index`. */
    logOrigin: text('log_origin').notNull(),
    logIndex: integer('log_index').notNull(),
    actor: text('actor').notNull(),
    orderId: text('order_id').notNull(),
    customerId: text('customer_id').notNull(),
    customerTier: text('customer_tier').notNull(),
    channel: text('channel').notNull(),
    zone: text('zone').notNull(),
    priority: integer('priority').notNull(),
    serviceLevel: text('service_level').notNull(),
    currency: text('currency').notNull(),
    placedAt: integer('placed_at').notNull(),
    decidedAt: integer('decided_at').notNull(),
    promiseDate: integer('promise_date'),
    mode: text('mode').notNull(),
    status: text('status').notNull(),
    clamped: integer('clamped', { mode: 'boolean' }).notNull(),
    pendingApproval: integer('pending_approval', { mode: 'boolean' }).notNull(),
    /** `code:subject` of each degradation. */
    degraded: text('degraded').notNull(),
    supersedes: text('supersedes'),
    /** Set when a later decision supersedes this one. */
    supersededBy: text('superseded_by'),
    itemIds: text('item_ids').notNull(),
    /** Of the chosen plan, in its order; empty lists where nothing was chosen. */
    nodeIds: text('node_ids').notNull(),
    carriers: text('carriers').notNull(),
    carrierServices: text('carrier_services').notNull(),
    lines: integer('lines').notNull(),
    orderedUnits: integer('ordered_units').notNull(),
    /** Lines that the plan ships whole, and the units it ships. */
    filledLines: integer('filled_lines').notNull(),
    plannedUnits: integer('planned_units').notNull(),
    plannedShipments: integer('planned_shipments').notNull(),
    /** Cost terms of the chosen plan, null where nothing was chosen; `costTotal` is what it is expected to cost. */
    costShipping: integer('cost_shipping'),
    costProcessing: integer('cost_processing'),
    costSplit: integer('cost_split'),
    costDelay: integer('cost_delay'),
    costStockout: integer('cost_stockout'),
    costOpportunity: integer('cost_opportunity'),
    costAgeing: integer('cost_ageing'),
    costShortLine: integer('cost_short_line'),
    costTotal: integer('cost_total'),
    /** Probabilities of the chosen plan; null where no model decided. */
    riskStockout: real('risk_stockout'),
    riskDelay: real('risk_delay'),
    riskSplit: real('risk_split'),
    /** Latest over its shipments. */
    eta: integer('eta'),
    etaP90: integer('eta_p90'),
    policyRevision: text('policy_revision').notNull(),
    /** Ids of the rules that did more than allow. */
    rulesFired: text('rules_fired').notNull(),
    reasonCodes: text('reason_codes').notNull(),
    /** `task=modelVersion` of each model that scored. */
    models: text('models').notNull(),
    exceptionCategory: text('exception_category'),
    /** The ERP sent its own choice; `moved`: ours is another plan; `saving`: its expected cost minus ours. */
    suggested: integer('suggested', { mode: 'boolean' }).notNull(),
    moved: integer('moved', { mode: 'boolean' }).notNull(),
    saving: integer('saving'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.decisionId] }),
    index('decision_index_decided').on(table.tenantId, table.decidedAt),
    index('decision_index_order').on(table.tenantId, table.orderId),
  ],
);

/** The shipments of each chosen plan, at most one a node. */
export const decisionShipments = sqliteTable(
  'decision_shipments',
  {
    tenantId: text('tenant_id').notNull(),
    decisionId: text('decision_id').notNull(),
    nodeId: text('node_id').notNull(),
    carrier: text('carrier').notNull(),
    carrierService: text('carrier_service').notNull(),
    shipDate: integer('ship_date').notNull(),
    eta: integer('eta').notNull(),
    etaP90: integer('eta_p90').notNull(),
    distanceKm: real('distance_km').notNull(),
    weightGrams: integer('weight_grams').notNull(),
    freight: integer('freight').notNull(),
    units: integer('units').notNull(),
    delayRisk: real('delay_risk'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.decisionId, table.nodeId] })],
);
