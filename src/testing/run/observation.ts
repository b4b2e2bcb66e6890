import type { Json } from '../../core/json.ts';
import { parsePath, type Step } from '../../core/path.ts';
import type { Failure, LogEntry, RunOutcome, StageStatus } from '../../core/run.ts';
import type { RunEvent } from '../../executor/types.ts';
import { isMeant, type StageReference } from '../suite/reference.ts';

/** A stage at one path, as the test saw it. */
export interface SeenStage {
  readonly path: string;
  readonly steps: readonly Step[];
  status: StageStatus;
  output: Json;
  error: Failure | null;
  attempts: number;
  /** The resolved config of its last attempt, masked; undefined when it did not come so far. */
  config: Json | undefined;
}

/** What a run showed of itself. */
export class Observation {
  readonly logs: LogEntry[] = [];
  readonly #stages = new Map<string, SeenStage>();

  /** Takes the run's events in order. */
  event(event: RunEvent): void {
    if (event.type === 'log') this.logs.push(event.entry);
    if (event.type !== 'stage') return;
    const seen = this.#at(event.path);
    seen.status = event.status;
    seen.attempts = event.attempt;
    seen.output = event.output ?? null;
    seen.error = event.error ?? null;
  }

  /** Keeps what a stage is about to be called with. */
  called(path: string, config: Json): void {
    this.#at(path).config = config;
  }

  /** Every time that a stage ran or was skipped, in the order of items and iterations. */
  of(reference: StageReference): SeenStage[] {
    const found = [...this.#stages.values()].filter(({ steps }) => isMeant(reference, steps));
    return found.sort(byIndices);
  }

  /** Stages that have not ended, for a test that ran out of time. */
  unfinished(): string[] {
    const open = [...this.#stages.values()].filter(({ status }) => status === 'running' || status === 'waiting');
    return open.map(({ path }) => path);
  }

  #at(path: string): SeenStage {
    const known = this.#stages.get(path);
    if (known) return known;
    const steps = parsePath(path) ?? [];
    const seen: SeenStage = {
      path,
      steps,
      status: 'pending',
      output: null,
      error: null,
      attempts: 0,
      config: undefined,
    };
    this.#stages.set(path, seen);
    return seen;
  }
}

function byIndices(a: SeenStage, b: SeenStage): number {
  for (let i = 0; i < a.steps.length; i++) {
    const order = (a.steps[i]?.index ?? 0) - (b.steps[i]?.index ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** All that assertions look at. */
export interface Seen {
  readonly outcome: RunOutcome;
  readonly observation: Observation;
}

/** A log as assertions see it. */
export function logsOf({ logs }: Observation): Json {
  return logs.map(({ level, message, path, data }) => ({
    level,
    message,
    path,
    ...(data === undefined ? undefined : { data }),
  }));
}
