import type { CodeEntry } from './entry.ts';

/** Codes that commands end with. */
export const COMMAND_CODES = {
  USAGE: {
    exit: 2,
    http: 400,
    title: 'The command was typed wrongly',
    explanation:
      'An argument or a flag is missing, unknown or of the wrong form. The message names it; `--help` of the command begins with an example that works.',
  },
  INVALID_FILE: {
    exit: 3,
    http: 422,
    title: 'A file is invalid',
    explanation:
      'One or more files have problems. Each problem is printed with its own code, file, line and column; nothing was run or changed.',
  },
  NOT_FOUND: {
    exit: 4,
    http: 404,
    title: 'There is no such thing here',
    explanation:
      'The file, pipeline, run or component that was named does not exist where the command looked. The message says where it looked and what is there.',
  },
  ALREADY_EXISTS: {
    exit: 5,
    http: 409,
    title: 'It exists already',
    explanation:
      'The command would have to overwrite something that it did not make. Nothing was written. Choose another name or folder, or move what is there out of the way.',
  },
  FILE_SYSTEM: {
    exit: 1,
    http: 500,
    title: 'A file cannot be read or written',
    explanation:
      'The operating system refused to read or write a file: permissions, a full disk, a read-only or missing folder. The message names the file. `fm doctor` checks the folders that FlowMason writes to.',
  },
  CHECK_FAILED: {
    exit: 1,
    http: 500,
    title: 'A check of the installation failed',
    explanation:
      '`fm doctor` found something that keeps FlowMason from working here. Each failed check says what to do about it; warnings do not fail the command.',
  },
  PLUGIN_FAILED: {
    exit: 1,
    http: 500,
    title: 'A plugin failed',
    explanation:
      'A command that a plugin brought could not be loaded, or ended with an error of its own. The built-in commands are not affected. To get rid of the plugin, take it out of `plugins` in flowmason.json or out of the data folder that `fm doctor` names.',
  },
  CONCURRENCY_LIMIT: {
    exit: 8,
    http: 429,
    title: 'Too many runs of this pipeline at a time',
    explanation:
      'The pipeline has a `concurrency` with `on_limit: "reject"`, and as many runs with the same key as it allows are under way or waiting. Nothing was run. `fm runs list` shows them; with `on_limit: "queue"` a run waits for its turn instead.',
  },
  INTERNAL: {
    exit: 70,
    http: 500,
    title: 'A bug in FlowMason',
    explanation:
      'Something happened that the program did not expect. Nothing that was recorded is lost. Please report it with the message and the output of `fm doctor`.',
  },
} as const satisfies Record<string, CodeEntry>;
