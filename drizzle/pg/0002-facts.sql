CREATE TABLE "pipeline_facts" (
	"digest" text COLLATE "C" NOT NULL,
	"checker" text COLLATE "C" NOT NULL,
	"facts" text NOT NULL,
	CONSTRAINT "pipeline_facts_digest_checker_pk" PRIMARY KEY("digest","checker")
);
