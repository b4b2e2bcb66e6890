import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentView } from '../../../core/api/deployment.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { commandLine } from '../../usage.ts';

/** A release that one call is to make active. */
export interface Wanted {
  readonly project: string;
  readonly digest: Digest;
  readonly version: string;
  /** The number of the deployment that it replaces; 0 for none. */
  readonly base: number;
}

/** Milliseconds for asking what became of it, and between two tries: a database that is restarted is back within seconds. */
const LOOK = 10_000;
const PAUSE = 500;
/** Nobody has said that the server, or its database, is done with it. */
const STILL_GOING: ReadonlySet<string> = new Set([
  'SERVER_UNREACHABLE',
  'ANSWER_INVALID',
  'IDEMPOTENCY_IN_FLIGHT',
  'DATABASE_UNREACHABLE',
]);

/**
 * What became of a call that failed: the entry that it has made all the same. Throws its error when that, or what is
 * there, says that nothing was done; FlowMasonError `OUTCOME_UNKNOWN` when nobody can tell.
 */
export async function settle(target: Target, wanted: Wanted, error: unknown): Promise<DeploymentView> {
  if (!(error instanceof FlowMasonError) || !isUncertain(error)) throw error;
  const { name } = target;
  const what = releaseText(wanted);
  const unknown = (active: string): FlowMasonError =>
    new FlowMasonError(
      'OUTCOME_UNKNOWN',
      `It is not known whether ${what} becomes active in ${name}: ${error.message}. ${active}`,
      {
        hint: commandLine('history', ['--env', name]),
        details: { code: error.code, release: wanted.digest, base: wanted.base },
        cause: error,
      },
    );
  const entries = await patiently((signal) => entriesSince(target, wanted, signal));
  if (!entries) throw unknown('What is active there cannot be told either');
  const done = entries.find(
    ({ base, release, status }) => base === wanted.base && release === wanted.digest && status === 'succeeded',
  );
  if (done) return done;
  const active = entries.find((entry) => entry.active);
  const now = active ? `#${active.number} ${active.version} is active there` : 'Nothing is active there';
  if (STILL_GOING.has(error.code)) throw unknown(`${now} now`);
  throw new FlowMasonError(error.code, `${what} was not activated in ${name}: ${error.message}. ${now}`, {
    hint: 'Run the command again.',
    details: error.details,
    cause: error,
  });
}

/** As it is named to people. */
export function releaseText({ version, digest }: Pick<Wanted, 'version' | 'digest'>): string {
  return `${version} (${shortDigest(digest)})`;
}

/** The network, the database, and what is still going on: whatever does not say that nothing was done. */
function isUncertain({ code, exit }: FlowMasonError): boolean {
  return exit === 7 || exit === 70 || STILL_GOING.has(code);
}

/** Undefined when it cannot be had for a while, or is refused. */
async function patiently<T>(look: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const late = AbortSignal.timeout(LOOK);
  while (!late.aborted) {
    try {
      return await look(late);
    } catch (error) {
      // A server that does not answer was asked several times already.
      if (!(error instanceof FlowMasonError) || error.code !== 'DATABASE_UNREACHABLE') return undefined;
      await delay(PAUSE);
    }
  }
  return undefined;
}

/** The entries behind the base and some before it, the newest first. */
async function entriesSince(
  { client }: Target,
  { project, base }: Wanted,
  signal: AbortSignal,
): Promise<readonly DeploymentView[]> {
  const found: DeploymentView[] = [];
  for (let before: number | undefined; ; ) {
    const page = { project, limit: '100', ...(before === undefined ? undefined : { before: String(before) }) };
    const { deployments, next } = await client.call('GET /deployments', page, { signal });
    found.push(...deployments);
    if (next === null || next <= base) return found;
    before = next;
  }
}
