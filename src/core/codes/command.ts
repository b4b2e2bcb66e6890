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
  INTERNAL: {
    exit: 70,
    http: 500,
    title: 'A bug in FlowMason',
    explanation:
      'Something happened that the program did not expect. Nothing that was recorded is lost. Please report it with the message and the output of `fm doctor`.',
  },
} as const satisfies Record<string, CodeEntry>;
