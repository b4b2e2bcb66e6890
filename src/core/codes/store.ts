import type { CodeEntry } from './entry.ts';

/** Codes of what a control plane keeps: releases, deployments, runs, and the database under them. */
export const STORE_CODES = {
  BASE_MOVED: {
    exit: 5,
    http: 409,
    title: 'Something else became active in the meantime',
    explanation:
      'A deployment names the one that it was planned against. Another one has become active since, so what the plan showed is not what would change. Nothing was activated. Look at what is active now, and deploy again.',
    example: 'fm history --env staging\nfm deploy staging',
  },
  NAME_TAKEN: {
    exit: 5,
    http: 409,
    title: "A pipeline's name is active for another project",
    explanation:
      'Several projects may share an environment, but a pipeline is run by its name there, so a name is active for one project only. Nothing was activated. Rename the pipeline, or take it out of the other project first.',
  },
  VERSION_TAKEN: {
    exit: 5,
    http: 409,
    title: 'The version was deployed with other content',
    explanation:
      'This environment keeps versions immutable: one that was active there names its content for ever. Raise `version` in flowmason.json and deploy again.',
  },
  PIPELINES_MISSING: {
    exit: 5,
    http: 409,
    title: 'Pipelines of the release have not been uploaded',
    explanation:
      'A release is stored when everything in it is there. Some pipelines that its manifest names are not; the details list their digests. An upload was interrupted, or what it left was cleaned up since. Run the command again: it uploads what is missing.',
  },
  CHANGED_MEANWHILE: {
    exit: 5,
    http: 409,
    title: 'Somebody else changed it in the meantime',
    explanation:
      'The change was made on the basis of something that is no longer so, and nothing was written. Look at it again, and repeat the change if it is still wanted.',
  },
  ENVIRONMENT_LOCKED: {
    exit: 5,
    http: 423,
    title: 'The environment is locked',
    explanation:
      'Somebody has locked the environment, so that nothing is deployed to it for a while. The message says who, why and until when. Wait, or ask the holder to unlock it.',
    example: 'fm env unlock staging',
  },
  RUN_SUPERSEDED: {
    exit: 5,
    http: 409,
    title: 'The run is executed by somebody else',
    explanation:
      'A worker that was silent for too long is taken for dead, and another one goes on with its run from what was recorded. What the first one wants to record afterwards is refused, so that nothing is recorded twice. Nothing is to be done.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    exit: 5,
    http: 409,
    title: 'The first call with this key is still going on',
    explanation:
      'A call with the same `Idempotency-Key` has not been answered yet. Nothing was done a second time. Repeat the call after the seconds that `Retry-After` names to get the first answer. When the server that took the first call has died, a repetition is done in its place after six seconds.',
  },
  IDEMPOTENCY_MISMATCH: {
    exit: 2,
    http: 422,
    title: 'The key was used for another call',
    explanation:
      'An `Idempotency-Key` stands for one call for 24 hours. This call has a key that stood for another route or body, so one of the two is a mistake. Make a new key for every call that is not a repetition.',
  },
  TEXT_INVALID: {
    exit: 2,
    http: 422,
    title: 'A text holds a character that cannot be stored',
    explanation:
      'Names and texts are stored exactly as they are given, in every database. The character U+0000 and halves of surrogate pairs cannot be, so they are refused instead of being changed. Data of runs is not concerned.',
  },
  TRANSACTION_NESTED: {
    exit: 70,
    http: 500,
    title: 'The store was used past its transaction',
    explanation:
      'Code inside of a transaction used the database directly instead of the transaction. It would wait for itself for ever, or its changes would not belong to the transaction, so it is refused. This is a bug in FlowMason; please report it.',
  },
  DATABASE_BUSY: {
    exit: 5,
    http: 503,
    title: 'Others keep the database busy',
    explanation:
      'A writer waited for others and did not get its turn: another process holds the database file, or many change the same rows. Nothing was written. Run it again; if it stays so, look for a process that hangs.',
  },
  DATABASE_READ_ONLY: {
    exit: 1,
    http: 500,
    title: 'The database cannot be written',
    explanation:
      'The database file or its folder is missing or not writable for you, or the server is a read-only standby. Nothing was written. The message says what the system answered. What only reads, dry runs too, works all the same: `fm history`, `fm status`, `fm diff`, `fm runs list`, and what others read over a server.',
  },
  DATABASE_DISK: {
    exit: 1,
    http: 507,
    title: 'The disk of the database is full or fails',
    explanation:
      'The database could not write to its disk, so the change did not happen; what was there before is unharmed. Make room and run it again.',
  },
  DATABASE_CORRUPT: {
    exit: 1,
    http: 500,
    title: 'The database is damaged',
    explanation:
      'The database file has pages that do not fit together: a failing disk, a copy made while it was written, or another program wrote to it. Put a backup in its place. For a local database it is enough to move it away and push again.',
    example: 'mv flowmason.db flowmason.db.damaged\nfm push',
  },
  DATABASE_FOREIGN: {
    exit: 2,
    http: 500,
    title: 'The database belongs to something else',
    explanation:
      'The file is not a database, or the database holds tables that FlowMason did not make, so nothing was touched. Name an empty database, or one that FlowMason made.',
  },
  DATABASE_UNREACHABLE: {
    exit: 7,
    http: 503,
    title: 'The database server cannot be reached',
    explanation:
      'The connection to the database server could not be made, was refused or was lost. When it was lost while something was written, that was undone, except in the moment of its end. Check the server and the URL, and run it again.',
  },
  SCHEMA_BEHIND: {
    exit: 5,
    http: 503,
    title: 'The database has to be migrated first',
    explanation:
      'This version needs tables or columns that the database does not have. Servers and workers do not change the schema by themselves; `fm migrate` does.',
    example: 'fm migrate',
  },
  SCHEMA_NEWER: {
    exit: 5,
    http: 503,
    title: 'The database is newer than this version',
    explanation:
      'A newer FlowMason has migrated the database. Schemas only go forward, so this version does not touch it. Install the newer version here too.',
    example: 'npm install flowmason@latest',
  },
  SCHEMA_CHANGED: {
    exit: 5,
    http: 503,
    title: 'The database was migrated by another build',
    explanation:
      'A step of the schema was applied with other statements than this version has. Released versions never change a step, so one of the two is a development build. Nothing was touched. Use the build that made the database, or an empty one.',
  },
} as const satisfies Record<string, CodeEntry>;
