import type { DeploymentView } from '../../../core/api/deployment.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';

/** A release that one call is to make active. */
export interface Wanted {
  readonly project: string;
  readonly digest: Digest;
  readonly version: string;
  /** The number of the deployment that it replaces; 0 for none. */
  readonly base: number;
}

/**
 * Makes the one call that activates a release, and answers what it does. When its outcome is not told, the target is
 * asked: `found` makes an answer of the entry that is there all the same. Throws FlowMasonError `OUTCOME_UNKNOWN` when
 * nobody can tell, and what the call throws when nothing was activated.
 */
export type Activate = <T>(wanted: Wanted, call: () => Promise<T>, found: (entry: DeploymentView) => T) => Promise<T>;

/** Milliseconds for asking what became of it. */
const LOOK = 10_000;
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
        const entry = await settle(target, wanted, error);
        return found(entry);
      } finally {
        // It has become active or has not, and whoever follows its runs takes the signals over.
        release();
      }
    });
  } finally {
    release();
  }
}

/** What became of a call that failed: the entry, or throws why there is none. */
async function settle(target: Target, wanted: Wanted, error: unknown): Promise<DeploymentView> {
  if (!(error instanceof FlowMasonError) || !isUncertain(error)) throw error;
  const { name } = target;
  const history = commandLine('history', ['--env', name]);
  const what = releaseText(wanted);
  const unknown = (active: string): FlowMasonError =>
    new FlowMasonError(
      'OUTCOME_UNKNOWN',
      `It is not known whether ${what} becomes active in ${name}: ${error.message}. ${active}`,
      {
        hint: history,
        details: { code: error.code, release: wanted.digest, base: wanted.base },
        cause: error,
      },
    );
  let entries: readonly DeploymentView[];
  try {
    entries = await entriesSince(target, wanted);
  } catch {
    throw unknown('What is active there cannot be told either');
  }
  const done = entries.find(
    ({ base, release, status }) => base === wanted.base && release === wanted.digest && status === 'succeeded',
  );
  if (done) return done;
  const active = entries.find((entry) => entry.active);
  const now = active ? `#${active.number} ${active.version} is active there` : 'Nothing is active there';
  // The server has ended what it was asked for, so what is there now stays.
  if (!STILL_GOING.has(error.code)) {
    throw new FlowMasonError(error.code, `${what} was not activated in ${name}: ${error.message}. ${now}`, {
      hint: 'Run the command again.',
      details: error.details,
      cause: error,
    });
  }
  throw unknown(`${now} now`);
}

/** The entries behind the base, the newest first, and what is active. */
async function entriesSince({ client }: Target, { project, base }: Wanted): Promise<readonly DeploymentView[]> {
  const found: DeploymentView[] = [];
  const signal = AbortSignal.timeout(LOOK);
  for (let before: number | undefined; ; ) {
    const page = { project, limit: '100', ...(before === undefined ? undefined : { before: String(before) }) };
    const { deployments, next } = await client.call('GET /deployments', page, { signal });
    found.push(...deployments);
    if (next === null || next <= base) return found;
    before = next;
  }
}

/** The network, the database, and what is still going on: whatever does not say that nothing was done. */
function isUncertain({ code, exit }: FlowMasonError): boolean {
  return exit === 7 || exit === 70 || STILL_GOING.has(code);
}

/** Nobody has said that the server is done with it. */
const STILL_GOING: ReadonlySet<string> = new Set(['SERVER_UNREACHABLE', 'ANSWER_INVALID', 'IDEMPOTENCY_IN_FLIGHT']);

function releaseText({ version, digest }: Wanted): string {
  return `${version} (${shortDigest(digest)})`;
}
