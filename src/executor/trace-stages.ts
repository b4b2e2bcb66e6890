import type { Span, SpanAttributes, Tracer } from '../core/ports.ts';
import type { RunEvent } from './types.ts';

/** The spans of one execution. */
export interface StageSpans {
  onEvent(event: RunEvent): void;
  /** Value of `traceparent` for what a stage sends. */
  traceOf(path: string): string | undefined;
  /** Ends what has not ended, e.g. because somebody else goes on with the run. `at` in epoch milliseconds. */
  end(at: number): void;
}

type StageEvent = Extract<RunEvent, { type: 'stage' }>;

/** A span for each attempt of each stage, below the stage that owns it; nothing of what goes in and out. */
export function traceStages(tracer: Tracer, parent: string, run: SpanAttributes): StageSpans {
  const open = new Map<string, Span>();

  const begin = ({ at, id, path, component, attempt }: StageEvent): void => {
    // A wait is part of the stage, not another attempt.
    if (open.has(path)) return;
    const attributes = {
      ...run,
      'flowmason.stage.id': id,
      'flowmason.stage.path': path,
      'flowmason.component.name': component,
      'flowmason.stage.attempt': attempt,
    };
    const within = open.get(ownerOf(path))?.traceparent ?? parent;
    open.set(path, tracer.begin({ name: `stage ${id}`, kind: 'internal', at, attributes, parent: within }));
  };
  const end = (path: string, at: number, status: string, error?: string): void => {
    const attributes = { 'flowmason.stage.status': status };
    open.get(path)?.end({ at, error, attributes });
    open.delete(path);
  };

  return {
    onEvent(event) {
      if (event.type === 'retry') end(event.path, event.at, 'failed', event.error.type);
      if (event.type !== 'stage' || event.recorded) return;
      if (event.status === 'running' || event.status === 'waiting') begin(event);
      else end(event.path, event.at, event.status, event.error?.type);
    },
    traceOf: (path) => open.get(path)?.traceparent,
    end(at) {
      for (const path of [...open.keys()].reverse()) end(path, at, 'unfinished');
    },
  };
}

/** `orders[3]/pay` ran within `orders`. */
function ownerOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))).replace(/(?:\[\d+\])+$/, '');
}
