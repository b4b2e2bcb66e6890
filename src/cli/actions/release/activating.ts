import type { DeploymentView } from '../../../core/api/deployment.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { releaseText, settle, type Wanted } from './settle.ts';

/**
 * Makes the one call that activates a release, and answers what it does. When its outcome is not told, the target is
 * asked: `found` makes an answer of the entry that is there all the same. Throws FlowMasonError `OUTCOME_UNKNOWN` when
 * nobody can tell, and what the call throws when nothing was activated.
 */
export type Activate = <T>(wanted: Wanted, call: () => Promise<T>, found: (entry: DeploymentView) => T) => Promise<T>;

const EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs what leads to an activation. Whoever interrupts it is told what goes on in the target and how to look; in an org
 * nothing goes on without this process.
 */
export async function whileActivating<T>(target: Target, work: (activate: Activate) => Promise<T>): Promise<T> {
  if (target.kind === 'org') return work((_, call) => call());
  const { name } = target;
  const history = commandLine('history', ['--env', name]);
  const before = `nothing was activated in ${name}; run the command again, and what was uploaded is not sent again`;
  let state = before;
  const handlers = Object.entries(EXITS).map(([signal, exit]) => {
    const handler = (): never => {
      say(`${signal}: ${state}`);
      process.exit(exit);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  const release = (): void => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
  try {
    return await work(async (wanted, call, found) => {
      state = `${releaseText(wanted)} was sent to ${name}, and becomes active there or not without this command\nTry: ${history}`;
      try {
        return await call();
      } catch (error) {
        return found(await settle(target, wanted, error));
      } finally {
        // It has become active or has not, and whoever follows its runs takes the signals over.
        release();
      }
    });
  } finally {
    release();
  }
}
