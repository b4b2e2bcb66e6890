CREATE TABLE `projects` (
	`name` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pipelines` (
	`digest` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`definition` text NOT NULL,
	`source` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `releases` (
	`digest` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`version` text NOT NULL,
	`manifest` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`project`) REFERENCES `projects`(`name`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `releases_project` ON `releases` (`project`,`created_at`);
--> statement-breakpoint
CREATE TABLE `release_pipelines` (
	`release` text NOT NULL,
	`name` text NOT NULL,
	`pipeline` text NOT NULL,
	PRIMARY KEY(`release`, `name`),
	FOREIGN KEY (`release`) REFERENCES `releases`(`digest`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pipeline`) REFERENCES `pipelines`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `release_pipelines_pipeline` ON `release_pipelines` (`pipeline`);
--> statement-breakpoint
CREATE TABLE `evidence` (
	`release` text NOT NULL,
	`kind` text NOT NULL,
	`content` text NOT NULL,
	`actor` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`release`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `environments` (
	`name` text PRIMARY KEY NOT NULL,
	`protected` integer NOT NULL,
	`promotes_from` text,
	`immutable_versions` integer NOT NULL,
	`requires` text NOT NULL,
	`lock_holder` text,
	`lock_reason` text,
	`locked_at` integer,
	`lock_expires_at` integer,
	`revision` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deployments` (
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`number` integer NOT NULL,
	`kind` text NOT NULL,
	`release` text NOT NULL,
	`version` text NOT NULL,
	`base` integer NOT NULL,
	`actor` text NOT NULL,
	`message` text,
	`commit` text,
	`commit_author` text,
	`origin` text,
	`forced` integer NOT NULL,
	`removals` text NOT NULL,
	`plan` text,
	`changes` text NOT NULL,
	`status` text NOT NULL,
	`error` text,
	`at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`environment`, `project`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deployments_one_follows` ON `deployments` (`environment`,`project`,`base`) WHERE status = 'succeeded';
--> statement-breakpoint
CREATE INDEX `deployments_release` ON `deployments` (`release`);
--> statement-breakpoint
CREATE TABLE `active_releases` (
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`number` integer NOT NULL,
	`release` text NOT NULL,
	`activated_at` integer NOT NULL,
	PRIMARY KEY(`environment`, `project`)
);
--> statement-breakpoint
CREATE TABLE `active_names` (
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`project` text NOT NULL,
	PRIMARY KEY(`environment`, `name`)
);
--> statement-breakpoint
CREATE INDEX `active_names_project` ON `active_names` (`environment`,`project`);
--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`base` integer NOT NULL,
	`release` text NOT NULL,
	`removals` text NOT NULL,
	`content` text NOT NULL,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `plans_expires` ON `plans` (`expires_at`);
--> statement-breakpoint
CREATE INDEX `plans_release` ON `plans` (`release`);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`pipeline` text NOT NULL,
	`version` text NOT NULL,
	`release` text NOT NULL,
	`status` text NOT NULL,
	`epoch` integer NOT NULL,
	`repetition` integer NOT NULL,
	`priority` integer NOT NULL,
	`concurrency_key` text,
	`trigger` text,
	`actor` text NOT NULL,
	`input` text,
	`vars` text NOT NULL,
	`result` text,
	`error` text,
	`usage` text,
	`waiting` text,
	`cancel_requested_at` integer,
	`accepted_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `runs_accepted` ON `runs` (`environment`,`accepted_at`,`id`);
--> statement-breakpoint
CREATE INDEX `runs_pipeline` ON `runs` (`environment`,`pipeline`,`accepted_at`,`id`);
--> statement-breakpoint
CREATE INDEX `runs_status` ON `runs` (`status`,`finished_at`);
--> statement-breakpoint
CREATE INDEX `runs_release` ON `runs` (`release`,`status`);
--> statement-breakpoint
CREATE TABLE `journal` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`epoch` integer NOT NULL,
	`kind` text NOT NULL,
	`path` text NOT NULL,
	`entry` text NOT NULL,
	`output` text,
	PRIMARY KEY(`run`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `journal_history` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`epoch` integer NOT NULL,
	`kind` text NOT NULL,
	`path` text NOT NULL,
	`entry` text NOT NULL,
	`output` text,
	`repetition` integer NOT NULL,
	PRIMARY KEY(`run`, `repetition`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `outputs` (
	`digest` text PRIMARY KEY NOT NULL,
	`content` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `run_logs` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`level` text NOT NULL,
	`path` text NOT NULL,
	`message` text NOT NULL,
	`data` text,
	PRIMARY KEY(`run`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `run_slots` (
	`environment` text NOT NULL,
	`pipeline` text NOT NULL,
	`key` text NOT NULL,
	`number` integer NOT NULL,
	`run` text NOT NULL,
	PRIMARY KEY(`environment`, `pipeline`, `key`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `run_slots_run` ON `run_slots` (`run`);
--> statement-breakpoint
CREATE TABLE `signals` (
	`run` text NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`data` text,
	`actor` text NOT NULL,
	`sent_at` integer NOT NULL,
	`taken_by` text,
	`refused` text,
	PRIMARY KEY(`run`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signals_one_open` ON `signals` (`run`,`name`) WHERE taken_by is null and refused is null;
--> statement-breakpoint
CREATE TABLE `triggers` (
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`pipeline` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`definition` text NOT NULL,
	`path` text,
	`paused` integer NOT NULL,
	`next_at` integer,
	`last_at` integer,
	PRIMARY KEY(`environment`, `project`, `pipeline`, `id`)
);
--> statement-breakpoint
CREATE INDEX `triggers_due` ON `triggers` (`next_at`);
--> statement-breakpoint
CREATE UNIQUE INDEX `triggers_path` ON `triggers` (`environment`,`path`);
--> statement-breakpoint
CREATE TABLE `vars` (
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`value` text,
	`revision` integer NOT NULL,
	`actor` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`environment`, `name`)
);
--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_hash` ON `keys` (`hash`);
--> statement-breakpoint
CREATE TABLE `audit` (
	`number` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`details` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`actor` text NOT NULL,
	`key` text NOT NULL,
	`route` text NOT NULL,
	`body` text NOT NULL,
	`answer` text,
	`attempt` integer NOT NULL,
	`started_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`actor`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_expires` ON `idempotency` (`expires_at`);
