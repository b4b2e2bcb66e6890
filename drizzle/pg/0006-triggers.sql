CREATE TABLE "firings" (
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"pipeline" text COLLATE "C" NOT NULL,
	"trigger" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"run" text COLLATE "C" NOT NULL,
	"fired_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "firings_environment_project_pipeline_trigger_key_pk" PRIMARY KEY("environment","project","pipeline","trigger","key")
);
--> statement-breakpoint
CREATE TABLE "failure_calls" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"run" text COLLATE "C" NOT NULL,
	"attempts" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"due_at" bigint,
	"ended_at" bigint,
	"problem" text COLLATE "C"
);
--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "failure_webhook" text;
--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "active" boolean DEFAULT true NOT NULL;
--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "last" text;
--> statement-breakpoint
CREATE INDEX "firings_expires" ON "firings" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "failure_calls_due" ON "failure_calls" USING btree ("due_at");
--> statement-breakpoint
CREATE INDEX "failure_calls_ended" ON "failure_calls" USING btree ("ended_at");
