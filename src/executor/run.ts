import { type EndEntry, isWithin, type JournalEntry } from '../core/journal.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { Failure, LogEntry, StageError, StageRecord, Usage } from '../core/run.ts';
import { Cancel, cancelled } from './cancel.ts';
import type { GraphOutcome } from './outcome.ts';
import type { Scope } from './scope.ts';
import { Slots } from './slots.ts';
import type { RunEvent, RunOptions, Runtime } from './types.ts';

export type RunGraph = (run: Run, scope: Scope, parent: Cancel) => Promise<GraphOutcome>;

/** What all stages of one run share. */
export class Run {
  readonly runtime: Runtime;
  readonly options: RunOptions;
  readonly startedAt: number;
  readonly slots: Slots;
  readonly root = new Cancel();
  readonly records: StageRecord[] = [];
  /** Paths of stages that were taken from the journal. */
  readonly restored = new Set<string>();
  /** Stages that wait, should the run park. */
  readonly parked: StageRecord[] = [];
  /** Appended to idempotency keys after the nth `--from`. */
  readonly repetitionSuffix: string;
  usage: Usage | null = null;
  /** Usage of stages that are still running. */
  readonly usageByPath = new Map<string, Usage>();
  /** When the run ends with TIMEOUT, in epoch milliseconds. */
  timeLimit: { readonly at: number; readonly error: StageError } | undefined;
  /** The journal cannot be written any more: nothing may go on. */
  lost: unknown;
  readonly #forgotten: string[] = [];
  #stopRest: (() => void) | undefined;
  readonly #plans = new Map<string, Plan>();
  #untilBreath = BREATH_CHECK;
  #breathed = performance.now();

  /** Handed over, since the stages of a graph run graphs of their own. */
  readonly #graphs: RunGraph;

  constructor(runtime: Runtime, options: RunOptions, maxParallel: number, graphs: RunGraph) {
    this.runtime = runtime;
    this.options = options;
    this.#graphs = graphs;
    this.startedAt = options.startedAt ?? runtime.clock.now();
    this.slots = new Slots(Math.max(1, maxParallel));
    this.repetitionSuffix = options.repetition ? `/${options.repetition}` : '';
  }

  runGraph(scope: Scope, parent: Cancel): Promise<GraphOutcome> {
    return this.#graphs(this, scope, parent);
  }

  now(): number {
    return this.runtime.clock.now();
  }

  /** Whoever watches cannot end the run by failing. */
  emit(event: RunEvent): void {
    try {
      this.options.onEvent?.(event);
    } catch {
      // A listener's failure is its own.
    }
  }

  /** The plan of a subpipeline, asked for once. */
  async pipeline(name: string, range: string | undefined): Promise<Plan> {
    const key = `${name}@${range ?? ''}`;
    const known = this.#plans.get(key) ?? (await this.options.pipelines(name, range));
    this.#plans.set(key, known);
    return known;
  }

  append(entry: JournalEntry): void {
    if (this.lost === undefined) this.options.journal.append(entry);
  }

  /** True when everything appended is durable; false when the journal is lost and the run stops. */
  async flush(): Promise<boolean> {
    if (this.lost !== undefined) return false;
    try {
      await this.options.journal.flush();
    } catch (error) {
      this.lose(error);
    }
    return this.lost === undefined;
  }

  lose(error: unknown): void {
    this.lost ??= error ?? new Error('the journal is lost');
    this.root.cancel(cancelled('journal_lost', 'The run can no longer be recorded'));
  }

  /** Ends the run when its time is over: stages that follow each other in one turn leave no turn to a timer. */
  checkTime(): void {
    if (this.timeLimit && this.now() > this.timeLimit.at) this.root.cancel(this.timeLimit.error);
  }

  /**
   * Holds a stage of a run that is only to end: it is cancelled once everything that had begun has been taken up again, so
   * that its finally stages run. Undefined for a stage that may go on.
   */
  hold(path: string, isOwner: boolean): Promise<void> | undefined {
    if (!this.options.cancelled || this.root.cancelled) return undefined;
    if (isOwner && this.options.recorded?.starts.has(path)) return undefined;
    this.#stopRest?.();
    this.#stopRest = this.runtime.clock.after(REST_MS, () => {
      this.root.cancel(cancelled('run_cancelled', 'The run was cancelled'));
    });
    return new Promise((resolve) => this.root.onCancel(() => resolve()));
  }

  /** Undefined mostly; now and then a promise that lets timers and signals have their turn. */
  breathe(): Promise<void> | undefined {
    if (--this.#untilBreath > 0) return undefined;
    this.#untilBreath = BREATH_CHECK;
    if (performance.now() - this.#breathed < BREATH_MS) return undefined;
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      const heard = (): void => {
        channel.port1.close();
        this.#breathed = performance.now();
        resolve();
      };
      channel.port1.addEventListener('message', heard, { once: true });
      channel.port1.start();
      channel.port2.postMessage(null);
    });
  }

  /** From now on the stages at and below these paths run again, in this execution and in later ones. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.append({ kind: 'void', path });
    if (this.options.recorded) this.#forgotten.push(...paths);
  }

  log(entry: LogEntry): void {
    const { masker } = this.options;
    const masked: LogEntry = { ...entry, message: masker.text(entry.message) };
    if (entry.data !== undefined) masked.data = masker.json(entry.data);
    this.append({ kind: 'log', entry: masked });
    this.emit({ type: 'log', entry: masked });
  }

  addUsage(usage: Usage, path?: string): void {
    this.usage = addUsage(this.usage ?? undefined, usage);
    if (path !== undefined) this.usageByPath.set(path, addUsage(this.usageByPath.get(path), usage));
  }

  /** A failure as it may be shown: every text of it masked. */
  mask(failure: Failure): Failure {
    const { masker } = this.options;
    // Masking changes texts and nothing else.
    return masker.empty ? failure : (masker.json(failure) as Failure);
  }

  /** How an earlier execution ended a stage, failed or not. */
  lastEnd(path: string): EndEntry | undefined {
    const end = this.options.recorded?.ends.get(path);
    return end && !this.#isForgotten(path) ? end : undefined;
  }

  /** What a control stage resolved in an earlier execution. */
  resolved(path: string): Json | undefined {
    const resolved = this.options.recorded?.starts.get(path)?.resolved;
    return resolved !== undefined && !this.#isForgotten(path) ? resolved : undefined;
  }

  #isForgotten(path: string): boolean {
    return this.#forgotten.some((root) => isWithin(path, root));
  }

  /** Stages below `prefix` that wait will not be woken: their graph has ended. */
  cancelParked(prefix: string): void {
    for (const record of this.parked) if (record.path.startsWith(prefix)) record.status = 'cancelled';
  }

  /** What an earlier execution recorded for good. */
  recordedEnd(path: string): EndEntry | undefined {
    const end = this.lastEnd(path);
    return end && (end.status === 'succeeded' || end.status === 'skipped') ? end : undefined;
  }
}

function addUsage(sum: Usage | undefined, more: Usage): Usage {
  const out: Usage = {
    input_tokens: (sum?.input_tokens ?? 0) + more.input_tokens,
    output_tokens: (sum?.output_tokens ?? 0) + more.output_tokens,
    total_tokens: (sum?.total_tokens ?? 0) + more.total_tokens,
  };
  if (sum?.cost_usd !== undefined || more.cost_usd !== undefined)
    out.cost_usd = (sum?.cost_usd ?? 0) + (more.cost_usd ?? 0);
  return out;
}

/** Stages between two looks at the clock. */
const BREATH_CHECK = 64;
/** Without another stage for this long, all that had begun has been taken up again. */
const REST_MS = 25;
/** How long stages may follow each other without a turn of the event loop. */
const BREATH_MS = 20;
