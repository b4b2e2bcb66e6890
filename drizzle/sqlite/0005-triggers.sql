CREATE TABLE `firings` (
	`environment` text NOT NULL,
	`project` text NOT NULL,
	`pipeline` text NOT NULL,
	`trigger` text NOT NULL,
	`key` text NOT NULL,
	`run` text NOT NULL,
	`fired_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`environment`, `project`, `pipeline`, `trigger`, `key`)
);
--> statement-breakpoint
CREATE INDEX `firings_expires` ON `firings` (`expires_at`);
--> statement-breakpoint
CREATE TABLE `failure_calls` (
	`id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`run` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`ended_at` integer,
	`problem` text
);
--> statement-breakpoint
CREATE INDEX `failure_calls_due` ON `failure_calls` (`due_at`);
--> statement-breakpoint
CREATE INDEX `failure_calls_ended` ON `failure_calls` (`ended_at`);
--> statement-breakpoint
ALTER TABLE `environments` ADD `failure_webhook` text;
--> statement-breakpoint
ALTER TABLE `triggers` ADD `active` integer DEFAULT true NOT NULL;
--> statement-breakpoint
ALTER TABLE `triggers` ADD `last` text;
