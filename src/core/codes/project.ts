import type { CodeEntry } from './entry.ts';

/** Codes of a project: its file, its settings, its recorded runs. */
export const PROJECT_CODES = {
  RECORD_UNWRITABLE: {
    exit: 1,
    http: 500,
    title: 'A run cannot be recorded',
    explanation:
      'Inside a project every run is written to `.flowmason/runs/` as it goes, so that it can be resumed. The disk is full, the folder cannot be written, or `.flowmason` is not a folder of the project. A run that was going on has stopped before its next effect; resume it when there is room again.',
  },
  RECORD_CORRUPT: {
    exit: 3,
    http: 500,
    title: 'The record of a run is damaged',
    explanation:
      'A file under `.flowmason/runs/` is not what FlowMason wrote: a line in the middle is not valid, or a file is missing. A torn last line, which a crash can leave, is expected and forgiven; this is something else, such as an edit by hand or a failing disk. Nothing was changed. Start a new run instead of resuming this one.',
  },
  RUN_BUSY: {
    exit: 5,
    http: 409,
    title: 'The run is being executed',
    explanation:
      'Another process executes this run now, and a run has one executor at a time. Watch it with `fm runs show`, wait for its end, or stop that process first; a process that died does not count.',
  },
  DEFINITION_CHANGED: {
    exit: 5,
    http: 409,
    title: 'A recorded stage has changed since',
    explanation:
      'A resumed run never runs a recorded stage again. The file now defines some of those stages in another way, so what was recorded may not be what they would give. Continue with `--from STAGE`, which runs that stage and everything downstream of it again, or put the old definition back.',
    example: 'fm run pipelines/etl.pipeline.json --resume last --from transform',
  },
  SIGNAL_LATE: {
    exit: 5,
    http: 409,
    title: 'The signal comes too late',
    explanation:
      'The run got this signal before, or it has ended. Data that comes early is kept for the stage that will wait for it; data that comes late has nobody to take it, so it is refused.',
  },
  SIGNAL_INVALID: {
    exit: 2,
    http: 422,
    title: 'The data does not fit what the signal asks for',
    explanation:
      'A `signal` stage may declare a JSON Schema for the data it waits for. The data that was sent does not match it; the message says where. The run keeps waiting, so send it again.',
  },
  VARIABLE_UNSET: {
    exit: 2,
    http: 422,
    title: 'flowmason.json names an environment variable that is not set',
    explanation:
      'A value such as `${FM_STAGING_URL}` is read from the environment variable of that name when a command needs it. Set the variable, give a default with `${NAME:-default}`, or keep the value in your user settings with `fm config set`.',
    example:
      'export FM_STAGING_URL=https://flowmason.example.com\nfm config set staging.url https://flowmason.example.com',
  },
  UNKNOWN_SETTING: {
    exit: 2,
    http: 400,
    title: 'There is no such setting',
    explanation:
      'The key is not one that FlowMason reads. `fm config list` shows them all; `<environment>.url` and `<environment>.api_key` belong to an environment.',
  },
  INVALID_SETTING: {
    exit: 2,
    http: 422,
    title: 'A setting has a value that cannot be used',
    explanation:
      'The value in force for a setting is not of its kind: a word where a number is needed, a limit above its default. `fm config explain KEY` shows where the value comes from.',
  },
  SETTINGS_BUSY: {
    exit: 5,
    http: 409,
    title: 'Another process is writing the settings',
    explanation:
      'User settings are written by one process at a time so that no change is lost. Another one held them for too long. Nothing was written; run the command again.',
  },
  SECRETS_BACKEND: {
    exit: 2,
    http: 422,
    title: 'This secrets back end cannot be used',
    explanation:
      '`secrets.backend` names where secrets come from. This version reads them from environment variables, back end `env`. The names `aws` and `vault` are kept for AWS Secrets Manager and HashiCorp Vault.',
    example: 'fm config set secrets.backend env',
  },
} as const satisfies Record<string, CodeEntry>;
