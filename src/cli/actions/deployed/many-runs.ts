import type { BulkView } from '../../../core/api/run.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import { isObject, own } from '../../../core/json.ts';
import type { RunStatus } from '../../../core/run.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { doneText, plannedText } from '../../print/many-runs.ts';
import { canAsk, say } from '../../terminal.ts';
import { agreed } from '../release/decisions.ts';
import { type Interrupt, takeSignals } from '../run/interrupt.ts';
import type { ManyFlags } from './many-flags.ts';
import { onRuns } from './on-runs.ts';
import { commandThere } from './place.ts';
import { type ApiFilter, filterOf } from './run-filter.ts';

/** What is done to runs: the word for it, and the call for a page of them. */
export interface ManyVerb {
  readonly verb: 'cancel' | 'resume' | 'replay';
  /** States that are meant where none was typed. */
  readonly usual: readonly RunStatus[];
  readonly call: (client: ThereClient, page: BulkPage) => Promise<BulkView>;
}

type ThereClient = Parameters<Parameters<typeof onRuns>[1]>[0]['target']['client'];

export interface BulkPage {
  readonly filter: ApiFilter;
  readonly limit: number;
  readonly cursor?: string;
  readonly dry_run?: boolean;
}

/** With the exit code of what has interrupted it. */
export type ManyOutcome = Outcome & { readonly exit?: number | undefined };

export type BulkRun = BulkView['runs'][number];

/** Runs that one call does something to: few enough for its transaction to be short. */
const PAGE = 100;
/** Runs that are shown before it is done. */
const SHOWN = 5;

/**
 * Does something to every run that a filter selects, the newest first: says how many and which, asks at a terminal, and goes
 * through them page by page. What is done stays done, so it may be interrupted and typed again. Throws FlowMasonError
 * `CONSENT_NEEDED` for a no, and as the control plane does.
 */
export function doToMany(flags: ManyFlags, { verb, usual, call }: ManyVerb): Promise<ManyOutcome> {
  return onRuns(flags, async (there) => {
    const { client, label } = there.target;
    if (!flags.json) say(`target: ${label}`);
    const typed = await filterOf(there, flags);
    const filter = { ...typed, status: typed.status ?? [...usual] };
    const planned = await call(client, { filter, limit: flags['dry-run'] ? PAGE : SHOWN, dry_run: true });
    const total = planned.total ?? planned.runs.length;
    const shown = plannedText({ verb, total, runs: planned.runs, status: filter.status });
    if (flags['dry-run'] || total === 0) {
      return { json: { dry_run: flags['dry-run'] ?? false, total, runs: planned.runs }, text: shown };
    }
    if (!flags.json) say(shown);
    if (!flags.yes && !flags.json && canAsk()) await agreed(`${capital(verb)} ${total} in ${there.target.name}?`);
    const interrupt = takeSignals((name) => say(`${name}: this page is still finished; once more ends at once`));
    try {
      const runs = await all((page) => call(client, { filter, ...page }), interrupt, total);
      return outcome(runs, { verb, total, interrupt, target: there.target });
    } finally {
      interrupt.release();
    }
  });
}

async function all(
  call: (page: Pick<BulkPage, 'limit' | 'cursor'>) => Promise<BulkView>,
  { signal }: Interrupt,
  total: number,
): Promise<BulkRun[]> {
  const done: BulkRun[] = [];
  for (let cursor: string | null | undefined; cursor !== null && !signal.aborted; ) {
    const at = cursor === undefined ? {} : { cursor };
    const page = await patiently(() => call({ limit: PAGE, ...at }), signal);
    if (!page) break;
    done.push(...page.runs);
    cursor = page.next;
    if (cursor !== null) say(`${done.length} of ${total}`);
  }
  return done;
}

/** Waits as long as a server that is full asks for; undefined when it was interrupted meanwhile. */
async function patiently(call: () => Promise<BulkView>, signal: AbortSignal): Promise<BulkView | undefined> {
  while (!signal.aborted) {
    try {
      return await call();
    } catch (error) {
      const seconds = retryAfter(error);
      if (seconds === undefined || !(error instanceof FlowMasonError)) throw error;
      say(`${error.code}: ${error.message}; going on in ${seconds} s`);
      await pause(seconds * 1_000, signal);
    }
  }
  return undefined;
}

function retryAfter(error: unknown): number | undefined {
  if (!(error instanceof FlowMasonError) || !['QUEUE_FULL', 'RATE_LIMITED'].includes(error.code)) return undefined;
  const seconds = isObject(error.details) ? own(error.details, 'retry_after') : undefined;
  return typeof seconds === 'number' ? seconds : undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = systemClock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function outcome(
  runs: readonly BulkRun[],
  { verb, total, interrupt, target }: { verb: ManyVerb['verb']; total: number; interrupt: Interrupt; target: Target },
): ManyOutcome {
  // What has been done before is what was wanted.
  const refused = runs.filter((run) => run.refused && run.refused.code !== 'ALREADY_EXISTS');
  const stopped = interrupt.exit() !== undefined && runs.length < total;
  const text = doneText({ verb, runs, left: stopped ? total - runs.length : 0, isOrg: target.kind === 'org' });
  const json = { dry_run: false, total, runs };
  if (stopped) return { json, text, exit: interrupt.exit() };
  if (refused.length === 0) return { json, text };
  const [first] = refused;
  const hint = commandThere(target, 'runs:show', [first?.run_id ?? 'last']);
  const message = `${refused.length} of ${runs.length} runs were refused; ${first?.run_id}: ${first?.refused?.message}`;
  return { json, text, error: new FlowMasonError('RUNS_REFUSED', message, { hint }) };
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
