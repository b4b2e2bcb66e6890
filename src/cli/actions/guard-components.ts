import { Console } from 'node:console';
import { say } from '../terminal.ts';

/**
 * What a custom component must not do to the command around it: print between the data of stdout, or end the process as
 * if all were done. `what` is under way; `hint` is what to type then. The answer takes the guard away.
 */
export function guardComponents(what: string, hint: string): () => void {
  const own = globalThis.console;
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  const onExit = (code: number): void => {
    if (code !== 0) return;
    say(`COMPONENT  A component ended the process in the middle of ${what}\nTry: ${hint}`);
    process.exitCode = 1;
  };
  process.on('exit', onExit);
  return () => {
    process.off('exit', onExit);
    globalThis.console = own;
  };
}
