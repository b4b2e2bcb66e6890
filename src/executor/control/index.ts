import { conditional } from './conditional.ts';
import type { Control } from './control.ts';
import { delay } from './delay.ts';
import { foreach } from './foreach.ts';
import { loop } from './loop.ts';
import { returnStage } from './return.ts';
import { router } from './router.ts';
import { signal } from './signal.ts';
import { subpipeline } from './subpipeline.ts';
import { trycatch } from './trycatch.ts';

/** Components that the executor runs itself; they hold no slot of `max_parallel`. */
export const CONTROLS: Readonly<Record<string, Control | undefined>> = {
  conditional,
  delay,
  foreach,
  loop,
  return: returnStage,
  router,
  signal,
  subpipeline,
  trycatch,
};
