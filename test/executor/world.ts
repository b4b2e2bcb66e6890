import type { Json, JsonObject } from '../../src/core/json.ts';
import type { StageContext } from '../../src/executor/component.ts';

/** One attempt of one stage, as its component saw it. */
export interface Call {
  readonly component: string;
  readonly key: string;
  /** Where it ran: the idempotency key without the run's id. */
  readonly path: string;
  readonly attempt: number;
  readonly config: JsonObject;
  /** Milliseconds of virtual time since the clock was made. */
  readonly started: number;
  ended?: number;
  /** How it ended; absent while it runs. */
  end?: 'answered' | 'threw' | 'aborted';
}

/** What the outside sees of a run: every call of a test component, in order. */
export class World {
  readonly calls: Call[] = [];
  /** Called when an attempt starts. */
  onCall: (call: Call) => void = () => {};
  #dead = false;
  readonly #epoch: number;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** From now on nothing that runs is seen: its process is dead. */
  die(): void {
    this.#dead = true;
  }

  /** Runs a component's work and notes when it started, and when and how it ended. */
  async watch<T>(component: string, config: unknown, context: StageContext, work: () => Promise<T> | T): Promise<T> {
    const { call, open } = this.#open(component, config, context);
    const close = (end: NonNullable<Call['end']>): void => {
      if (!open || this.#dead) return;
      call.ended = context.clock.now() - this.#epoch;
      call.end = end;
    };
    try {
      const answer = await work();
      close('answered');
      return answer;
    } catch (error) {
      close(context.signal.aborted ? 'aborted' : 'threw');
      throw error;
    }
  }

  #open(component: string, config: unknown, context: StageContext): { call: Call; open: boolean } {
    const call: Call = {
      component,
      key: context.idempotencyKey,
      path: context.idempotencyKey.slice(context.idempotencyKey.indexOf('/') + 1),
      attempt: context.attempt,
      // A config is JSON by contract; the copy keeps what the component was given, whatever it does with it.
      config: JSON.parse(JSON.stringify(config)) as JsonObject,
      started: context.clock.now() - this.#epoch,
    };
    if (!this.#dead) {
      this.calls.push(call);
      this.onCall(call);
    }
    return { call, open: !this.#dead };
  }

  /** Calls of one path, or of a stage id wherever it ran. */
  of(pathOrId: string): Call[] {
    return this.calls.filter((call) => call.path === pathOrId || call.path.endsWith(`/${pathOrId}`));
  }

  /** What one config key was, call by call. */
  seen(pathOrId: string, field = 'value'): (Json | undefined)[] {
    return this.of(pathOrId).map((call) => call.config[field]);
  }

  /** The most calls that ran at one time. */
  get widest(): number {
    const moments = this.calls.map((call) => call.started);
    const running = (at: number): number =>
      this.calls.filter((call) => call.started <= at && (call.ended ?? Number.POSITIVE_INFINITY) > at).length;
    return Math.max(0, ...moments.map(running));
  }
}
