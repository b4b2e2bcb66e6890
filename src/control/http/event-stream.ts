import { FlowMasonError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Sent } from '../verb.ts';

/** A sign of life for whoever stands between, milliseconds. */
const HEARTBEAT = 15_000;
/** How soon a caller who may not listen any more hears nothing, milliseconds: as keys are revoked (DEPLOYMENT.md 5). */
const CHECK = 5_000;
/** Bytes that are held for a reader who is slow. */
const AHEAD = 65_536;

/**
 * Events as `text/event-stream`. The last one is `end`: a stream without it was cut off, and the caller comes back with
 * the id of the last event it got. `begin` is given a signal that aborts when nobody listens any more. `admit` throws
 * FlowMasonError `UNAUTHENTICATED`, `FORBIDDEN` when the caller may not listen any more.
 */
export async function eventStream(
  clock: Clock,
  gone: AbortSignal,
  begin: (signal: AbortSignal) => Promise<AsyncIterable<Sent<object>>>,
  admit: () => Promise<unknown>,
): Promise<Response> {
  const left = new AbortController();
  const refused = new AbortController();
  const signal = AbortSignal.any([gone, left.signal, refused.signal]);
  const events = await begin(signal);
  const stopChecking = watchOver(clock, signal, admit, refused);
  let goOn = (): void => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const room = async (): Promise<void> => {
          while (!left.signal.aborted && (controller.desiredSize ?? 1) <= 0) {
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
          }
        };
        void send(clock, events, { controller, room, left: left.signal, signal }).finally(stopChecking);
      },
      pull: () => goOn(),
      cancel() {
        left.abort();
        goOn();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: AHEAD }),
  );
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

/** Looks again and again whether the caller may still listen; the answer ends that. */
function watchOver(
  clock: Clock,
  signal: AbortSignal,
  admit: () => Promise<unknown>,
  refused: AbortController,
): () => void {
  let stop = (): void => {};
  const look = (): void => {
    if (signal.aborted) return;
    stop = clock.after(CHECK, () => {
      // Only what says that he may not counts: a database may be away for a moment.
      admit().then(look, (error) => (isRefusal(error) ? refused.abort() : look()));
    });
  };
  look();
  return () => stop();
}

function isRefusal(error: unknown): boolean {
  return error instanceof FlowMasonError && ['UNAUTHENTICATED', 'FORBIDDEN'].includes(error.code);
}

interface Reader {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Resolves when the reader has taken enough. */
  readonly room: () => Promise<void>;
  /** Aborts when the reader lets go of the answer. */
  readonly left: AbortSignal;
  /** Also when its connection is gone. */
  readonly signal: AbortSignal;
}

async function send(
  clock: Clock,
  events: AsyncIterable<Sent<object>>,
  { controller, room, left, signal }: Reader,
): Promise<void> {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  const write = (text: string): void => {
    if (left.aborted) return;
    controller.enqueue(encoder.encode(text));
    stop();
    stop = clock.after(HEARTBEAT, () => write(': still here\n\n'));
  };
  try {
    // So that headers go out and a proxy lets the answer through.
    write(': begin\n\n');
    for await (const { id, data } of events) {
      write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
      await room();
    }
    if (!signal.aborted) write('event: end\ndata: {}\n\n');
  } catch {
    // Cut off: whoever comes back gets the error as an answer.
  } finally {
    stop();
    if (!left.aborted) controller.close();
  }
}
