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
