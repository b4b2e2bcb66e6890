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
  RESERVED_ENVIRONMENT: {
    exit: 3,
    http: 422,
    title: 'The name of an environment is reserved',
    explanation:
      'An environment cannot be called `ai`, `secrets`, `testing`, `runs`, `limits`, `plugins`, `metadata` or `scratch`: settings and commands use these words for something else, e.g. `fm config set secrets.backend`.',
    example: '"environments": { "staging": { "url": "${FM_STAGING_URL}" } }',
  },
  DUPLICATE_ENVIRONMENT: {
    exit: 3,
    http: 422,
    title: 'Two environments are the same one',
    explanation:
      '`prod` is another name of `production`, and `stage` of `staging`. flowmason.json has both names, so it is not clear which one counts. Put what they hold into one.',
  },
  PIPELINE_NAME_TAKEN: {
    exit: 3,
    http: 422,
    title: 'Two files have the same pipeline name',
    explanation:
      'A pipeline is called by its name from the command line, from other pipelines and in releases, so the name is unique in its project, also across the folders below `pipelines/`. Rename one of the files and the `name` inside.',
  },
  LINK_NOT_FOLLOWED: {
    exit: 3,
    http: 422,
    title: 'A link is not followed',
    explanation:
      'A project is what its folder holds: links below `pipelines/` that lead out of it, or to nothing, are not followed, so that a release has the same content on every machine. A pipeline file that is itself a link is not taken into a release either, because `fm pull` would write through it. Copy the file into the project.',
  },
  PIPELINE_CYCLE: {
    exit: 3,
    http: 422,
    title: 'Pipelines call each other in a circle',
    explanation:
      'A pipeline calls itself through `subpipeline` or `on_failure`, directly or through others, so a run would never end. The message prints the circle. To repeat stages use `loop` or `foreach`.',
  },
  CALLS_TOO_DEEP: {
    exit: 3,
    http: 422,
    title: 'Pipelines call each other too deep',
    explanation:
      'A chain of subpipelines is longer than the limit `subpipeline_depth` (16). Put two of the pipelines into one, or call some of them from one place next to each other.',
  },
  COMPONENT_SYNTAX: {
    exit: 3,
    http: 422,
    title: "A component's module cannot be parsed",
    explanation:
      'The module has a syntax error, or TypeScript that is more than types. Modules run without being compiled: types are taken out and the rest is JavaScript. So `enum`, `namespace`, parameter properties and decorators cannot be used; write `const` objects, plain functions and fields.',
    example: "const Color = { red: 'red', blue: 'blue' } as const; // instead of enum Color",
  },
  COMPONENT_IMPORT: {
    exit: 3,
    http: 422,
    title: "A component's module imports what is not there",
    explanation:
      "An import of the module leads to no file, no installed package, or a name that is not exported. Relative imports need their file's ending, e.g. `./lib/text.ts`. `flowmason/component` and `valibot` come with FlowMason; other packages are installed in the project.",
  },
  COMPONENT_FAILED: {
    exit: 3,
    http: 422,
    title: "A component's module threw while it was loaded",
    explanation:
      'The code at the top level of the module ended with an exception. Modules are loaded for every command that looks at components, so that code should only declare things; work belongs into `run`.',
  },
  COMPONENT_MISSING: {
    exit: 3,
    http: 422,
    title: 'A module exports no component',
    explanation:
      'Every module directly in `components/` exports one component or several, made with `defineComponent`. Modules that only help others go into a folder below, e.g. `components/lib/`.',
    example: "import { defineComponent } from 'flowmason/component';\nexport default defineComponent({ … });",
  },
  COMPONENT_INVALID: {
    exit: 3,
    http: 422,
    title: 'A component is not declared as it should be',
    explanation:
      'The object that was given to `defineComponent` lacks a field, or one has the wrong form. The message names each. Needed are `name` (kebab case), `version`, `summary`, `effects`, `config` and `output` (valibot schemas) and `run`.',
  },
  COMPONENT_NAME_TAKEN: {
    exit: 3,
    http: 422,
    title: 'Two components have the same name',
    explanation:
      'A stage names its component, so the name is unique among the built-in ones, those of the project and those of plugins. Rename the one that is yours.',
  },
} as const satisfies Record<string, CodeEntry>;
