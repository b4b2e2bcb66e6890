CREATE TABLE `pipeline_facts` (
	`digest` text NOT NULL,
	`checker` text NOT NULL,
	`facts` text NOT NULL,
	PRIMARY KEY(`digest`, `checker`)
);
