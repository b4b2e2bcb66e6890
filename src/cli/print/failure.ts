import { inspect } from 'node:util';
import { FlowMasonError } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { OutcomeError } from '../command.ts';
import { outJson, paint, say } from '../terminal.ts';
import { hintText } from './hint.ts';
import { problemsText } from './problems.ts';

const REPORT = 'fm doctor --json, and report this bug with its output and the lines above';

/** Prints why a command failed, as text on stderr or as a document on stdout, and answers its exit code. */
export function printFailure(thrown: unknown, json: boolean): number {
  const quiet = quietExit(thrown);
  if (quiet !== undefined) return quiet;
  const error = asFlowMasonError(thrown);
  // What a plugin's command fails with has the exit code that the plugin gave it.
  const exit =
    error.code === 'PLUGIN_FAILED' && thrown instanceof Error ? (oclifExit(thrown) ?? error.exit) : error.exit;
  if (json) {
    const fields = thrown instanceof OutcomeError ? thrown.fields : {};
    outJson({ ...fields, error: errorDocument(error) });
    return exit;
  }
  const texts = thrown instanceof OutcomeError ? thrown.texts : undefined;
  if (error.problems.length > 0) say(`${problemsText(error.problems, process.stderr, texts)}\n`);
  say(`${paint(['bold', 'red'], error.code, process.stderr)}  ${error.message}`);
  if (error.hint) say(hintText(error.hint, process.stderr));
  return exit;
}

/** The form of DEPLOYMENT.md 10. Problems of files stand in `details.problems`. */
export function errorDocument(error: FlowMasonError): JsonObject {
  const details = isObject(error.details) ? error.details : error.details === undefined ? {} : { value: error.details };
  const problems = error.problems.length > 0 ? { problems: error.problems } : {};
  // Problems and details are JSON by their types; absent fields vanish in print.
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    details: { ...details, ...problems },
  } as JsonObject;
}

/** Exits that were announced already: `this.exit(n)` of a plugin's command, Ctrl-C in a prompt. */
function quietExit(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown.name === 'ExitPromptError') return 130;
  if (!('code' in thrown) || thrown.code !== 'EEXIT') return undefined;
  return oclifExit(thrown) ?? 0;
}

function oclifExit(error: Error): number | undefined {
  const oclif = 'oclif' in error && isObject(error.oclif) ? error.oclif : undefined;
  return typeof oclif?.exit === 'number' ? oclif.exit : undefined;
}

const FILE_ERRORS = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EISDIR',
  'ENOTDIR',
  'EMFILE',
  'ENOENT',
  'ELOOP',
]);

function asFlowMasonError(thrown: unknown): FlowMasonError {
  if (thrown instanceof FlowMasonError) return thrown;
  if (!(thrown instanceof Error)) return new FlowMasonError('INTERNAL', inspect(thrown), { hint: REPORT });
  if ('code' in thrown && FILE_ERRORS.has(String(thrown.code)) && 'path' in thrown) {
    return new FlowMasonError('FILE_SYSTEM', thrown.message.replace(/^\w+: /, ''), { cause: thrown });
  }
  if (oclifExit(thrown) !== undefined) return new FlowMasonError('PLUGIN_FAILED', thrown.message, { cause: thrown });
  return new FlowMasonError('INTERNAL', thrown.stack ?? thrown.message, { hint: REPORT, cause: thrown });
}
