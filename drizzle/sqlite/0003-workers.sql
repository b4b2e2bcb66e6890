CREATE TABLE `workers` (
	`id` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`pid` integer NOT NULL,
	`version` text NOT NULL,
	`concurrency` integer NOT NULL,
	`running` integer NOT NULL,
	`pools` text NOT NULL,
	`components` text NOT NULL,
	`cached` integer NOT NULL,
	`draining` integer NOT NULL,
	`started_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `workers_seen` ON `workers` (`last_seen_at`);
