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
