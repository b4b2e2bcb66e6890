CREATE TABLE `run_attempts` (
	`run` text NOT NULL,
	`epoch` integer NOT NULL,
	`worker` text NOT NULL,
	`host` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`outcome` text,
	PRIMARY KEY(`run`, `epoch`, `worker`)
);
--> statement-breakpoint
ALTER TABLE `runs` ADD `traceparent` text;
