CREATE TABLE "run_attempts" (
	"run" text COLLATE "C" NOT NULL,
	"epoch" bigint NOT NULL,
	"worker" text COLLATE "C" NOT NULL,
	"host" text COLLATE "C" NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"outcome" text COLLATE "C",
	CONSTRAINT "run_attempts_run_epoch_worker_pk" PRIMARY KEY("run","epoch","worker")
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "traceparent" text COLLATE "C";
