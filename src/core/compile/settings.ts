import { parseDuration } from '../duration.ts';
import type { Template } from '../expression/types.ts';
import { isObject, type Json, type JsonObject, own } from '../json.ts';
import type { Plan } from '../plan.ts';
import type { Scope } from './model.ts';
import type { Dependencies } from './references.ts';
import { NO_SECRET } from './secrets.ts';
import type { Strings } from './strings.ts';

/** What the fields of a pipeline beside its stages come to. */
export type Settings = Pick<Plan, 'result' | 'timeout' | 'maxParallel' | 'concurrency' | 'onFailure'>;

const MAX_PARALLEL = 10;

export function compileSettings(
  definition: JsonObject,
  main: Scope,
  strings: Strings,
  dependencies: Dependencies,
): Settings {
  const maxParallel = own(definition, 'max_parallel');
  return {
    result: resultOf(definition, main, strings, dependencies),
    timeout: parseDuration(own(definition, 'timeout')),
    maxParallel: typeof maxParallel === 'number' ? maxParallel : MAX_PARALLEL,
    concurrency: concurrencyOf(definition, strings),
    onFailure: onFailureOf(definition, strings),
  };
}

function resultOf(
  definition: JsonObject,
  main: Scope,
  strings: Strings,
  dependencies: Dependencies,
): Template | undefined {
  if (!Object.hasOwn(definition, 'result')) return undefined;
  const value = definition.result ?? null;
  const path = ['result'];
  const template = strings.template(value, path, { noSecrets: NO_SECRET.result });
  if (template) dependencies.addRead({ reader: undefined, scope: main, references: template.references, value, path });
  return template;
}

function concurrencyOf(definition: JsonObject, strings: Strings): Plan['concurrency'] {
  const concurrency = own(definition, 'concurrency');
  if (!isObject(concurrency)) return undefined;
  const key = own(concurrency, 'key');
  const limit = own(concurrency, 'limit');
  const options = { without: ['stages', 'vars', 'secrets'], noSecrets: NO_SECRET.concurrencyKey };
  return {
    limit: typeof limit === 'number' ? limit : 1,
    key: typeof key === 'string' ? strings.bare(key, ['concurrency', 'key'], options) : undefined,
    on_limit: own(concurrency, 'on_limit') === 'reject' ? 'reject' : 'queue',
  };
}

function onFailureOf(definition: JsonObject, strings: Strings): Plan['onFailure'] {
  const onFailure = own(definition, 'on_failure');
  const pipeline = isObject(onFailure) ? own(onFailure, 'pipeline') : undefined;
  if (!isObject(onFailure) || typeof pipeline !== 'string') return undefined;
  if (!Object.hasOwn(onFailure, 'input')) return { pipeline, input: undefined };
  const options = { locals: ['error'], without: ['stages', 'vars', 'secrets'], noSecrets: NO_SECRET.input };
  // A member of a JSON object is JSON.
  return { pipeline, input: strings.template(onFailure.input as Json, ['on_failure', 'input'], options) };
}
