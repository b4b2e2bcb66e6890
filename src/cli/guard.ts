import { say, wantsJson } from './terminal.ts';

/**
 * What a process needs around any command: a reader that goes away (`fm list | head`) ends nothing, warnings are one
 * line, and what nobody caught is reported as our bug.
 */
export function guardProcess(): void {
  process.removeAllListeners('warning');
  process.on('warning', warn);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

interface NodeWarning extends Error {
  /** What oclif says of a plugin: `message: …`, `task: …`, `plugin: …`, a line each. */
  readonly detail?: string;
}

function warn(warning: NodeWarning): void {
  // Type stripping of a project's components is announced as experimental by Node 22.
  if (warning.name === 'ExperimentalWarning') return;
  const fact = (name: string): string | undefined => new Map(facts(warning.detail ?? '')).get(name);
  const plugin = fact('plugin');
  const what = `${fact('task') ?? 'load'}: ${fact('message') ?? warning.message}`;
  say(plugin === undefined ? `warning: ${warning.message}` : `warning: plugin ${plugin}: ${what}`);
}

function facts(detail: string): [string, string][] {
  return detail.split('\n').flatMap((line) => {
    const at = line.indexOf(': ');
    return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 2)]];
  });
}

function crash(thrown: unknown): void {
  // Listening on the streams themselves would open them, at every start.
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE') return;
  import('./print/failure.ts')
    .then(({ printFailure }) => printFailure(thrown, wantsJson(process.argv.slice(2))))
    .catch(() => 70)
    .then((exit) => process.exit(exit));
}
