CREATE TABLE `approvals` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`approver_role` text NOT NULL,
	`state` text NOT NULL,
	`raised_by` text NOT NULL,
	`raised_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`hold_meanwhile` text NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`reason_code` text,
	`note` text,
	PRIMARY KEY(`tenant_id`, `decision_id`, `rule_id`)
);
--> statement-breakpoint
CREATE INDEX `approvals_expiry` ON `approvals` (`state`,`expires_at`);--> statement-breakpoint
CREATE TABLE `exception_history` (
	`entry_id` integer PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `exception_history_decision` ON `exception_history` (`tenant_id`,`decision_id`,`entry_id`);--> statement-breakpoint
CREATE TABLE `exceptions` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`order_id` text NOT NULL,
	`category` text NOT NULL,
	`owner` text NOT NULL,
	`state` text NOT NULL,
	`assignee` text,
	`opened_at` integer NOT NULL,
	`sla_due_at` integer NOT NULL,
	`snoozed_until` integer,
	`resolved_at` integer,
	`resolution` text,
	`context` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `decision_id`)
);
--> statement-breakpoint
CREATE INDEX `exceptions_queue` ON `exceptions` (`tenant_id`,`state`,`sla_due_at`,`decision_id`);--> statement-breakpoint
CREATE INDEX `exceptions_order` ON `exceptions` (`tenant_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `overrides` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`order_id` text NOT NULL,
	`actor` text NOT NULL,
	`at` integer NOT NULL,
	`reason_code` text NOT NULL,
	`note` text NOT NULL,
	`from_candidate_id` text,
	`to_candidate_id` text NOT NULL,
	`plan` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `decision_id`)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`key_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`secret_sha256` text NOT NULL,
	`roles` text NOT NULL,
	`note` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE TABLE `decision_index` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`log_origin` text NOT NULL,
	`log_index` integer NOT NULL,
	`actor` text NOT NULL,
	`order_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`customer_tier` text NOT NULL,
	`channel` text NOT NULL,
	`zone` text NOT NULL,
	`priority` integer NOT NULL,
	`service_level` text NOT NULL,
	`currency` text NOT NULL,
	`placed_at` integer NOT NULL,
	`decided_at` integer NOT NULL,
	`promise_date` integer,
	`mode` text NOT NULL,
	`status` text NOT NULL,
	`clamped` integer NOT NULL,
	`pending_approval` integer NOT NULL,
	`degraded` text NOT NULL,
	`supersedes` text,
	`superseded_by` text,
	`item_ids` text NOT NULL,
	`node_ids` text NOT NULL,
	`carriers` text NOT NULL,
	`carrier_services` text NOT NULL,
	`lines` integer NOT NULL,
	`ordered_units` integer NOT NULL,
	`filled_lines` integer NOT NULL,
	`planned_units` integer NOT NULL,
	`planned_shipments` integer NOT NULL,
	`cost_shipping` integer,
	`cost_processing` integer,
	`cost_split` integer,
	`cost_delay` integer,
	`cost_stockout` integer,
	`cost_opportunity` integer,
	`cost_ageing` integer,
	`cost_short_line` integer,
	`cost_total` integer,
	`risk_stockout` real,
	`risk_delay` real,
	`risk_split` real,
	`eta` integer,
	`eta_p90` integer,
	`policy_revision` text NOT NULL,
	`rules_fired` text NOT NULL,
	`reason_codes` text NOT NULL,
	`models` text NOT NULL,
	`exception_category` text,
	`suggested` integer NOT NULL,
	`moved` integer NOT NULL,
	`saving` integer,
	PRIMARY KEY(`tenant_id`, `decision_id`)
);
--> statement-breakpoint
CREATE INDEX `decision_index_decided` ON `decision_index` (`tenant_id`,`decided_at`);--> statement-breakpoint
CREATE INDEX `decision_index_order` ON `decision_index` (`tenant_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `decision_shipments` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`node_id` text NOT NULL,
	`carrier` text NOT NULL,
	`carrier_service` text NOT NULL,
	`ship_date` integer NOT NULL,
	`eta` integer NOT NULL,
	`eta_p90` integer NOT NULL,
	`distance_km` real NOT NULL,
	`weight_grams` integer NOT NULL,
	`freight` integer NOT NULL,
	`units` integer NOT NULL,
	`delay_risk` real,
	PRIMARY KEY(`tenant_id`, `decision_id`, `node_id`)
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`key_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`body_sha256` text NOT NULL,
	`status` integer NOT NULL,
	`response` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `key_id`, `idempotency_key`)
);
--> statement-breakpoint
CREATE TABLE `day_totals` (
	`tenant_id` text NOT NULL,
	`date` text NOT NULL,
	`orders` integer NOT NULL,
	`suggested` integer NOT NULL,
	`moved` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `date`)
);
--> statement-breakpoint
CREATE TABLE `freight_spent` (
	`tenant_id` text NOT NULL,
	`node_id` text NOT NULL,
	`carrier` text NOT NULL,
	`date` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `node_id`, `carrier`, `date`)
);
--> statement-breakpoint
CREATE TABLE `planned_loads` (
	`tenant_id` text NOT NULL,
	`node_id` text NOT NULL,
	`date` text NOT NULL,
	`units` integer NOT NULL,
	`lines` integer NOT NULL,
	`shipments` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `node_id`, `date`)
);
--> statement-breakpoint
CREATE TABLE `reservation_sweeps` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`swept_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `reservations` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`order_id` text NOT NULL,
	`node_id` text NOT NULL,
	`item_id` text NOT NULL,
	`qty` integer NOT NULL,
	`held_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`state` text NOT NULL,
	`confirmed_at` integer,
	`changed_at` integer,
	`changed_by` text NOT NULL,
	`withdrawn_at` integer,
	`carrier` text NOT NULL,
	`ship_date` text NOT NULL,
	`freight` integer NOT NULL,
	`shipments` integer NOT NULL,
	`loaded` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `decision_id`, `ordinal`)
);
--> statement-breakpoint
CREATE INDEX `reservations_expiry` ON `reservations` (`tenant_id`,`expires_at`) WHERE state = 'HELD';--> statement-breakpoint
CREATE INDEX `reservations_confirmed` ON `reservations` (`tenant_id`,`node_id`,`item_id`) WHERE state = 'CONFIRMED';--> statement-breakpoint
CREATE INDEX `reservations_loaded` ON `reservations` (`tenant_id`,`node_id`) WHERE loaded = 1 and confirmed_at is not null;--> statement-breakpoint
CREATE TABLE `reserved_totals` (
	`tenant_id` text NOT NULL,
	`node_id` text NOT NULL,
	`item_id` text NOT NULL,
	`qty` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `node_id`, `item_id`)
);
--> statement-breakpoint
CREATE TABLE `shipments` (
	`tenant_id` text NOT NULL,
	`shipment_id` text NOT NULL,
	`order_id` text,
	`decision_id` text,
	`node_id` text,
	`carrier` text,
	`carrier_service` text,
	`shipped_at` integer,
	`shipped_units` integer,
	`short_units` integer,
	`delivered_at` integer,
	`failed_at` integer,
	`freight_invoiced` integer,
	`currency` text,
	`observed_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `shipment_id`)
);
--> statement-breakpoint
CREATE INDEX `shipments_decision` ON `shipments` (`tenant_id`,`decision_id`);--> statement-breakpoint
CREATE INDEX `shipments_shipped` ON `shipments` (`tenant_id`,`shipped_at`);--> statement-breakpoint
CREATE INDEX `shipments_order` ON `shipments` (`tenant_id`,`order_id`);--> statement-breakpoint
CREATE INDEX `shipments_observed` ON `shipments` (`tenant_id`,`observed_at`);--> statement-breakpoint
CREATE TABLE `world_events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`source` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`observed_at` integer NOT NULL,
	`data` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `world_events_once` ON `world_events` (`tenant_id`,`source`,`event_id`);--> statement-breakpoint
CREATE INDEX `world_events_subject` ON `world_events` (`tenant_id`,`subject`,`occurred_at`);--> statement-breakpoint
CREATE TABLE `world_subjects` (
	`tenant_id` text NOT NULL,
	`subject` text NOT NULL,
	`groups` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `subject`)
);
--> statement-breakpoint
CREATE TABLE `audit_blobs` (
	`tenant_id` text NOT NULL,
	`sha256` text NOT NULL,
	`kind` text NOT NULL,
	`bytes` blob NOT NULL,
	`stored_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `sha256`)
);
--> statement-breakpoint
CREATE TABLE `audit_checkpoints` (
	`checkpoint_id` integer PRIMARY KEY NOT NULL,
	`log_id` integer NOT NULL,
	`size` integer NOT NULL,
	`note` text NOT NULL,
	`signed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_checkpoints_size` ON `audit_checkpoints` (`log_id`,`size`);--> statement-breakpoint
CREATE TABLE `audit_cosignatures` (
	`cosignature_id` integer PRIMARY KEY NOT NULL,
	`log_id` integer NOT NULL,
	`size` integer NOT NULL,
	`line` text NOT NULL,
	`cosigned_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_cosignatures_size` ON `audit_cosignatures` (`log_id`,`size`);--> statement-breakpoint
CREATE TABLE `audit_leaves` (
	`log_id` integer NOT NULL,
	`leaf_index` integer NOT NULL,
	`leaf` blob NOT NULL,
	`leaf_hash` blob NOT NULL,
	`decision_id` text,
	PRIMARY KEY(`log_id`, `leaf_index`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_leaves_decision` ON `audit_leaves` (`decision_id`) WHERE decision_id is not null;--> statement-breakpoint
CREATE INDEX `audit_leaves_beside` ON `audit_leaves` (`log_id`,`leaf_index`) WHERE decision_id is null;--> statement-breakpoint
CREATE TABLE `audit_legal_holds` (
	`hold_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`order_id` text,
	`reason` text NOT NULL,
	`placed_at` integer NOT NULL,
	`lifted_at` integer
);
--> statement-breakpoint
CREATE TABLE `audit_logs` (
	`log_id` integer PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`year` integer NOT NULL,
	`origin` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_logs_origin_unique` ON `audit_logs` (`origin`);--> statement-breakpoint
CREATE UNIQUE INDEX `audit_logs_tenant_year` ON `audit_logs` (`tenant_id`,`year`);--> statement-breakpoint
CREATE TABLE `audit_personal` (
	`tenant_id` text NOT NULL,
	`decision_id` text NOT NULL,
	`subject` text NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `decision_id`)
);
--> statement-breakpoint
CREATE INDEX `audit_personal_subject` ON `audit_personal` (`tenant_id`,`subject`);--> statement-breakpoint
CREATE TABLE `audit_tiles` (
	`log_id` integer NOT NULL,
	`level` integer NOT NULL,
	`tile_index` integer NOT NULL,
	`hashes` blob NOT NULL,
	`root` blob NOT NULL,
	PRIMARY KEY(`log_id`, `level`, `tile_index`)
);

--> statement-breakpoint
CREATE TRIGGER `audit_logs_no_update` BEFORE UPDATE ON `audit_logs`
BEGIN
	SELECT RAISE(ABORT, 'audit_logs is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_logs_no_delete` BEFORE DELETE ON `audit_logs`
BEGIN
	SELECT RAISE(ABORT, 'audit_logs is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_leaves_no_update` BEFORE UPDATE ON `audit_leaves`
BEGIN
	SELECT RAISE(ABORT, 'audit_leaves is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_leaves_no_delete` BEFORE DELETE ON `audit_leaves`
BEGIN
	SELECT RAISE(ABORT, 'audit_leaves is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_tiles_no_update` BEFORE UPDATE ON `audit_tiles`
BEGIN
	SELECT RAISE(ABORT, 'audit_tiles is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_tiles_no_delete` BEFORE DELETE ON `audit_tiles`
BEGIN
	SELECT RAISE(ABORT, 'audit_tiles is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_update` BEFORE UPDATE ON `audit_checkpoints`
BEGIN
	SELECT RAISE(ABORT, 'audit_checkpoints is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_delete` BEFORE DELETE ON `audit_checkpoints`
BEGIN
	SELECT RAISE(ABORT, 'audit_checkpoints is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_cosignatures_no_update` BEFORE UPDATE ON `audit_cosignatures`
BEGIN
	SELECT RAISE(ABORT, 'audit_cosignatures is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_cosignatures_no_delete` BEFORE DELETE ON `audit_cosignatures`
BEGIN
	SELECT RAISE(ABORT, 'audit_cosignatures is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `exception_history_no_update` BEFORE UPDATE ON `exception_history`
BEGIN
	SELECT RAISE(ABORT, 'exception_history is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `exception_history_no_delete` BEFORE DELETE ON `exception_history`
BEGIN
	SELECT RAISE(ABORT, 'exception_history is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `overrides_no_update` BEFORE UPDATE ON `overrides`
BEGIN
	SELECT RAISE(ABORT, 'overrides is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `overrides_no_delete` BEFORE DELETE ON `overrides`
BEGIN
	SELECT RAISE(ABORT, 'overrides is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `world_events_no_update` BEFORE UPDATE ON `world_events`
BEGIN
	SELECT RAISE(ABORT, 'world_events is append only');
END;
--> statement-breakpoint
CREATE TRIGGER `world_events_no_delete` BEFORE DELETE ON `world_events`
BEGIN
	SELECT RAISE(ABORT, 'world_events is append only');
END;
