import { readFileSync } from 'node:fs';
import { openTens } from '../../queue.ts';
import type { DurableEngine } from './engine.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));

/** A worker of the queue; every stage has effects, so each is recorded before and after. The runs are queued before. */
export const engine: DurableEngine = {
  versions: { flowmason: version },
  open: (url, atOnce) => openTens(url, atOnce),
};
