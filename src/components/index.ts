import type { Component } from '../executor/component.ts';
import { critic } from './ai/critic.ts';
import { generator } from './ai/generator.ts';
import { improver } from './ai/improver.ts';
import { selector } from './ai/selector.ts';
import { synthesizer } from './ai/synthesizer.ts';
import { conditional } from './conditional.ts';
import { delay } from './delay.ts';
import { filter } from './filter.ts';
import { foreach } from './foreach.ts';
import { httpRequest } from './http-request.ts';
import { jsonTransform } from './json-transform.ts';
import { logger } from './logger.ts';
import { loop } from './loop.ts';
import { returnStage } from './return.ts';
import { router } from './router.ts';
import { schemaValidate } from './schema-validate.ts';
import { signal } from './signal.ts';
import { subpipeline } from './subpipeline.ts';
import { trycatch } from './trycatch.ts';
import { variableSet } from './variable-set.ts';

/** Every component that comes with FlowMason (PIPELINES.md 5): one line here, one file beside it. */
export const BUILT_INS: readonly Component[] = [
  conditional,
  critic,
  delay,
  filter,
  foreach,
  generator,
  httpRequest,
  improver,
  jsonTransform,
  logger,
  loop,
  returnStage,
  router,
  schemaValidate,
  selector,
  signal,
  subpipeline,
  synthesizer,
  trycatch,
  variableSet,
];
