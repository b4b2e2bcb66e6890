CREATE TABLE "projects" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pipelines" (
	"digest" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"definition" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"digest" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"version" text COLLATE "C" NOT NULL,
	"manifest" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "release_pipelines" (
	"release" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"pipeline" text COLLATE "C" NOT NULL,
	CONSTRAINT "release_pipelines_release_name_pk" PRIMARY KEY("release","name")
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"release" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"content" text NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "evidence_release_kind_pk" PRIMARY KEY("release","kind")
);
--> statement-breakpoint
CREATE TABLE "environments" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"protected" boolean NOT NULL,
	"promotes_from" text COLLATE "C",
	"immutable_versions" boolean NOT NULL,
	"requires" text NOT NULL,
	"lock_holder" text COLLATE "C",
	"lock_reason" text COLLATE "C",
	"locked_at" bigint,
	"lock_expires_at" bigint,
	"revision" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"release" text COLLATE "C" NOT NULL,
	"version" text COLLATE "C" NOT NULL,
	"base" bigint NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"message" text COLLATE "C",
	"commit" text COLLATE "C",
	"commit_author" text COLLATE "C",
	"origin" text COLLATE "C",
	"forced" boolean NOT NULL,
	"removals" text NOT NULL,
	"plan" text COLLATE "C",
	"changes" text NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"error" text,
	"at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "deployments_environment_project_number_pk" PRIMARY KEY("environment","project","number")
);
--> statement-breakpoint
CREATE TABLE "active_releases" (
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"release" text COLLATE "C" NOT NULL,
	"activated_at" bigint NOT NULL,
	CONSTRAINT "active_releases_environment_project_pk" PRIMARY KEY("environment","project")
);
--> statement-breakpoint
CREATE TABLE "active_names" (
	"environment" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	CONSTRAINT "active_names_environment_name_pk" PRIMARY KEY("environment","name")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"base" bigint NOT NULL,
	"release" text COLLATE "C" NOT NULL,
	"removals" text NOT NULL,
	"content" text NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"pipeline" text COLLATE "C" NOT NULL,
	"version" text COLLATE "C" NOT NULL,
	"release" text COLLATE "C" NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"epoch" bigint NOT NULL,
	"repetition" bigint NOT NULL,
	"priority" bigint NOT NULL,
	"concurrency_key" text COLLATE "C",
	"trigger" text COLLATE "C",
	"actor" text COLLATE "C" NOT NULL,
	"input" text,
	"vars" text NOT NULL,
	"result" text,
	"error" text,
	"usage" text,
	"waiting" text,
	"cancel_requested_at" bigint,
	"accepted_at" bigint NOT NULL,
	"started_at" bigint,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"run" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"epoch" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"entry" text NOT NULL,
	"output" text COLLATE "C",
	CONSTRAINT "journal_run_seq_pk" PRIMARY KEY("run","seq")
);
--> statement-breakpoint
CREATE TABLE "journal_history" (
	"run" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"epoch" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"entry" text NOT NULL,
	"output" text COLLATE "C",
	"repetition" bigint NOT NULL,
	CONSTRAINT "journal_history_run_repetition_seq_pk" PRIMARY KEY("run","repetition","seq")
);
--> statement-breakpoint
CREATE TABLE "outputs" (
	"digest" text COLLATE "C" PRIMARY KEY NOT NULL,
	"content" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_logs" (
	"run" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"level" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"message" text NOT NULL,
	"data" text,
	CONSTRAINT "run_logs_run_seq_pk" PRIMARY KEY("run","seq")
);
--> statement-breakpoint
CREATE TABLE "run_slots" (
	"environment" text COLLATE "C" NOT NULL,
	"pipeline" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"run" text COLLATE "C" NOT NULL,
	CONSTRAINT "run_slots_environment_pipeline_key_number_pk" PRIMARY KEY("environment","pipeline","key","number")
);
--> statement-breakpoint
CREATE TABLE "signals" (
	"run" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"data" text,
	"actor" text COLLATE "C" NOT NULL,
	"sent_at" bigint NOT NULL,
	"taken_by" text COLLATE "C",
	"refused" text COLLATE "C",
	CONSTRAINT "signals_run_number_pk" PRIMARY KEY("run","number")
);
--> statement-breakpoint
CREATE TABLE "triggers" (
	"environment" text COLLATE "C" NOT NULL,
	"project" text COLLATE "C" NOT NULL,
	"pipeline" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"definition" text NOT NULL,
	"path" text COLLATE "C",
	"paused" boolean NOT NULL,
	"next_at" bigint,
	"last_at" bigint,
	CONSTRAINT "triggers_environment_project_pipeline_id_pk" PRIMARY KEY("environment","project","pipeline","id")
);
--> statement-breakpoint
CREATE TABLE "vars" (
	"environment" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"value" text,
	"revision" bigint NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "vars_environment_name_pk" PRIMARY KEY("environment","name")
);
--> statement-breakpoint
CREATE TABLE "keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"scopes" text NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"last_used_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"number" bigint PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"details" text COLLATE "C" NOT NULL,
	"hash" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"id" bigint PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"hash" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"actor" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"route" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"answer" text,
	"attempt" bigint NOT NULL,
	"started_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "idempotency_actor_key_pk" PRIMARY KEY("actor","key")
);
--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_project_projects_name_fk" FOREIGN KEY ("project") REFERENCES "projects"("name") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "release_pipelines" ADD CONSTRAINT "release_pipelines_release_releases_digest_fk" FOREIGN KEY ("release") REFERENCES "releases"("digest") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "release_pipelines" ADD CONSTRAINT "release_pipelines_pipeline_pipelines_digest_fk" FOREIGN KEY ("pipeline") REFERENCES "pipelines"("digest") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "releases_project" ON "releases" USING btree ("project","created_at");
--> statement-breakpoint
CREATE INDEX "release_pipelines_pipeline" ON "release_pipelines" USING btree ("pipeline");
--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_one_follows" ON "deployments" USING btree ("environment","project","base") WHERE status = 'succeeded';
--> statement-breakpoint
CREATE INDEX "deployments_release" ON "deployments" USING btree ("release");
--> statement-breakpoint
CREATE INDEX "active_names_project" ON "active_names" USING btree ("environment","project");
--> statement-breakpoint
CREATE INDEX "plans_expires" ON "plans" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "plans_release" ON "plans" USING btree ("release");
--> statement-breakpoint
CREATE INDEX "runs_accepted" ON "runs" USING btree ("environment","accepted_at","id");
--> statement-breakpoint
CREATE INDEX "runs_pipeline" ON "runs" USING btree ("environment","pipeline","accepted_at","id");
--> statement-breakpoint
CREATE INDEX "runs_status" ON "runs" USING btree ("status","finished_at");
--> statement-breakpoint
CREATE INDEX "runs_release" ON "runs" USING btree ("release","status");
--> statement-breakpoint
CREATE UNIQUE INDEX "run_slots_run" ON "run_slots" USING btree ("run");
--> statement-breakpoint
CREATE UNIQUE INDEX "signals_one_open" ON "signals" USING btree ("run","name") WHERE taken_by is null and refused is null;
--> statement-breakpoint
CREATE INDEX "triggers_due" ON "triggers" USING btree ("next_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "triggers_path" ON "triggers" USING btree ("environment","path");
--> statement-breakpoint
CREATE UNIQUE INDEX "keys_hash" ON "keys" USING btree ("hash");
--> statement-breakpoint
CREATE INDEX "idempotency_expires" ON "idempotency" USING btree ("expires_at");
