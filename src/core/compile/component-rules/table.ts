import { checkDelay } from './delay.ts';
import { checkForeach } from './foreach.ts';
import { checkRequest } from './http-request.ts';
import { checkTransform } from './json-transform.ts';
import type { ComponentRule } from './rule.ts';
import { checkVariable } from './variable-set.ts';

/** By component name: one line here, one file beside it. */
export const COMPONENT_RULES: Readonly<Record<string, ComponentRule>> = {
  delay: checkDelay,
  foreach: checkForeach,
  'http-request': checkRequest,
  'json-transform': checkTransform,
  'variable-set': checkVariable,
};
