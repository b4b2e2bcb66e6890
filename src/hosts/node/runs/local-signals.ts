import { rmSync } from 'node:fs';
import type { Json } from '../../../core/json.ts';
import type { SignalRequest, SignalSource } from '../../../core/ports.ts';
import { writeAtomic } from '../atomic-file.ts';
import type { OpenRun } from './hold.ts';
import type { RunFiles } from './layout.ts';
import { replaceSignal, storedSignals } from './signal-store.ts';

/** How often a waiting run looks for data, in milliseconds. */
const LOOK_MS = 250;

type Answer = Awaited<ReturnType<SignalSource>>;

/**
 * Where a local run gets its signals: data kept in its folder first; else from `ask` (a terminal) and from data that
 * arrives meanwhile, whichever is first; without `ask` the run parks.
 */
export function localSignals(run: OpenRun, ask?: SignalSource): SignalSource {
  const waiting = new Map<string, string>();
  const announce = (): void => {
    if (waiting.size === 0) rmSync(run.files.waiting, { force: true });
    else writeAtomic(run.files.waiting, JSON.stringify([...waiting].map(([path, signal]) => ({ path, signal }))));
  };
  return async (request) => {
    const kept = take(run.files, request);
    if (kept) return kept;
    if (!ask) return 'park';
    waiting.set(request.path, request.name);
    announce();
    try {
      return await either(run.files, request, ask);
    } finally {
      waiting.delete(request.path);
      announce();
    }
  };
}

/** Data that fits and that nobody has, or that this very stage got before a crash. */
function take(files: RunFiles, request: SignalRequest): { data: Json } | undefined {
  const stored = storedSignals(files, request.name);
  const again = stored.find(({ signal }) => signal.taken_by === request.path);
  if (again) return { data: again.signal.data };
  for (const { file, signal } of stored) {
    if (signal.taken_by !== null || signal.refused !== null) continue;
    const refused = request.check(signal.data) ?? null;
    if (refused === null) {
      replaceSignal(file, { ...signal, taken_by: request.path });
      return { data: signal.data };
    }
    replaceSignal(file, { ...signal, refused });
  }
  return undefined;
}

/** Asks on the terminal until an answer comes from there or from a file; the other one is stopped. */
async function either(files: RunFiles, request: SignalRequest, ask: SignalSource): Promise<Answer> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  try {
    return await Promise.race([ask({ ...request, signal }), fromFile(files, request, signal)]);
  } finally {
    stop.abort();
  }
}

function fromFile(files: RunFiles, request: SignalRequest, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const answer = take(files, request);
        if (!answer) return;
        clearInterval(timer);
        resolve(answer);
      } catch (error) {
        clearInterval(timer);
        reject(error);
      }
    }, LOOK_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}
