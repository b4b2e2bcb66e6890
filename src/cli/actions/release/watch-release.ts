import { parseDuration } from '../../../core/duration.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { targetFlags } from '../deployed/place.ts';
import { takeSignals } from '../run/interrupt.ts';

export interface WatchFlags {
  readonly watch?: string | undefined;
  readonly 'max-failure-rate'?: string | undefined;
  readonly 'auto-rollback'?: boolean | undefined;
}

/** What is to be watched for. */
export interface Watch {
  /** Milliseconds. */
  readonly lasts: number;
  /** A part of 1; undefined: it is only shown. */
  readonly most: number | undefined;
  readonly rollsBack: boolean;
}

/** Reads the flags; undefined without `--watch`. Throws FlowMasonError `USAGE`. */
export function watchOf(flags: WatchFlags): Watch | undefined {
  const { watch, 'max-failure-rate': rate, 'auto-rollback': rollsBack = false } = flags;
  if (watch === undefined) return undefined;
  const lasts = parseDuration(watch);
  if (lasts === undefined || lasts <= 0)
    fail('USAGE', `--watch is a length of time, found ${quote(watch)}`, { hint: '--watch 10m' });
  const percent = rate === undefined ? undefined : Number(/^(\d+(?:\.\d+)?)%?$/.exec(rate)?.[1] ?? Number.NaN);
  if (percent !== undefined && !(percent <= 100))
    fail('USAGE', `--max-failure-rate is a part of a hundred, found ${quote(String(rate))}`, {
      hint: '--max-failure-rate 5%',
    });
  return { lasts, most: percent === undefined ? undefined : percent / 100, rollsBack };
}

/** Runs since a release became active. */
export interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  /** That have not ended. */
  readonly going: number;
}

/** What watching a release came to. */
export interface Watched {
  readonly new: Counts;
  /** Of the release that was active before; null when there was none. */
  readonly old: Counts | null;
  readonly failure_rate: number | null;
  readonly rolled_back: boolean;
  readonly error: FlowMasonError | undefined;
}

/** A deployment that is watched. */
export interface WatchedDeployment {
  readonly project: string;
  readonly number: number;
  readonly release: Digest;
  readonly at: number;
  /** What was active before. */
  readonly old: Digest | undefined;
}

const LOOK_MS = 1_000;
const HEARTBEAT_MS = 30_000;
const PAGE = 500;

/** Throws FlowMasonError `FORBIDDEN` while nothing has been changed yet. */
export async function requireWatching({ client }: Target): Promise<void> {
  await client.call('GET /runs', { limit: 1 });
}

/**
 * Follows the runs of a release that has just become active, against those of the one before (DEPLOYMENT.md 4.13). Ends
 * when the time is over, at Ctrl-C, and as soon as too many fail: then it says how to go back, or does it.
 */
export async function watchRelease(target: Target, deployment: WatchedDeployment, watch: Watch): Promise<Watched> {
  const { name } = target;
  const back = commandLine('rollback', ['--previous', ...targetFlags(target)]);
  const interrupt = takeSignals((signal) => say(`${signal}: #${deployment.number} stays active. To undo it: ${back}`));
  const end = systemClock.now() + watch.lasts;
  const teller = tellerOf(name);
  say(`watching the runs of #${deployment.number} in ${name}`);
  try {
    for (;;) {
      const seen = await look(target, deployment);
      teller(seen);
      const rate = failureRate(seen.new);
      const isBad = watch.most !== undefined && rate !== null && rate > watch.most;
      if (isBad) return await tooMany(target, deployment, watch, { ...seen, failure_rate: rate }, back);
      const left = end - systemClock.now();
      if (left <= 0 || interrupt.exit() !== undefined)
        return { ...seen, failure_rate: rate, rolled_back: false, error: undefined };
      await pause(Math.min(LOOK_MS, left), interrupt.signal);
    }
  } finally {
    interrupt.release();
    const code = interrupt.exit();
    if (code !== undefined) process.exitCode = code;
  }
}

type Seen = Pick<Watched, 'new' | 'old'>;

async function look({ client }: Target, { project, release, old, at }: WatchedDeployment): Promise<Seen> {
  const countsOf = async (digest: Digest): Promise<Counts> => {
    const counts = { succeeded: 0, failed: 0, going: 0 };
    for (let cursor: string | undefined; ; ) {
      const page = { release: digest, project, limit: PAGE, ...(cursor === undefined ? undefined : { cursor }) };
      const { runs, next } = await client.call('GET /runs', page);
      for (const { status, accepted_at, finished_at } of runs) {
        const isNew = accepted_at >= at || finished_at === null || finished_at >= at;
        if (!isNew || status === 'cancelled') continue;
        counts[status === 'succeeded' || status === 'failed' ? status : 'going']++;
      }
      const oldest = runs.at(-1)?.accepted_at ?? 0;
      if (next === null || oldest < at) return counts;
      cursor = next;
    }
  };
  return { new: await countsOf(release), old: old === undefined ? null : await countsOf(old) };
}

function failureRate({ succeeded, failed }: Counts): number | null {
  return succeeded + failed === 0 ? null : failed / (succeeded + failed);
}

async function tooMany(
  target: Target,
  { project, number }: WatchedDeployment,
  { rollsBack }: Watch,
  seen: Seen & { readonly failure_rate: number },
  back: string,
): Promise<Watched> {
  const { failed, succeeded } = seen.new;
  const what = `${failed} of ${failed + succeeded} runs of #${number} in ${target.name} failed`;
  const details = { failed, succeeded, number };
  if (!rollsBack) {
    return { ...seen, rolled_back: false, error: new FlowMasonError('RELEASE_FAILING', what, { hint: back, details }) };
  }
  const message = `${what}, so it was rolled back`;
  const { to } = await target.client.call('POST /rollbacks', { project, previous: true, base: number, message });
  const error = new FlowMasonError('RELEASE_FAILING', `${what}; rolled back to #${to.number} ${to.version}`, {
    hint: commandLine('runs:list', targetFlags(target)),
    details,
  });
  return { ...seen, rolled_back: true, error };
}

/** One line per change, and at most one in 30 s without. */
function tellerOf(name: string): (seen: Seen) => void {
  let [last, said] = ['', systemClock.now()];
  return ({ new: fresh, old }) => {
    const text = `${name}: new ${shown(fresh)}${old ? `; old ${shown(old)}` : ''}`;
    const now = systemClock.now();
    if (text === last && now - said < HEARTBEAT_MS) return;
    [last, said] = [text, now];
    say(text);
  };
}

function shown({ succeeded, failed, going }: Counts): string {
  return `${succeeded} succeeded, ${failed} failed, ${going} going`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, resolve);
    const stop = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
