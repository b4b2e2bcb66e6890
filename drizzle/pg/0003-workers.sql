CREATE TABLE "workers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"host" text COLLATE "C" NOT NULL,
	"pid" bigint NOT NULL,
	"version" text COLLATE "C" NOT NULL,
	"concurrency" bigint NOT NULL,
	"running" bigint NOT NULL,
	"pools" text NOT NULL,
	"components" text NOT NULL,
	"cached" bigint NOT NULL,
	"draining" boolean NOT NULL,
	"started_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "workers_seen" ON "workers" USING btree ("last_seen_at");
