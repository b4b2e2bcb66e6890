import type { ExpressionProblem } from '../expression/types.ts';
import { isObject, type JsonSchema, own } from '../json.ts';
import type { SchemaProblem } from '../schema/types.ts';
import type { SourceFile } from '../source/file.ts';

/** Checks that need a library of some size, which most files do without. */
export interface Rules {
  /** What is wrong with a cron pattern; undefined when nothing is. */
  readonly cron?: (pattern: string) => string | undefined;
  /** Whether a version is in a semver range; undefined when the range is none. */
  readonly inRange?: (version: string, range: string) => boolean | undefined;
  /** What is wrong with a JSON Schema. */
  readonly schema?: (schema: JsonSchema) => readonly SchemaProblem[];
  /** What is wrong with a JMESPath expression; undefined when nothing is. */
  readonly jmespath?: (source: string) => ExpressionProblem | undefined;
}

/** Loads what a file needs to be checked whole; nothing for a plain one. */
export async function loadRules(source: SourceFile): Promise<Rules> {
  const definition = isObject(source.value) ? source.value : {};
  const triggers = objectsOf(own(definition, 'triggers'));
  const configs = objectsOf(own(definition, 'stages')).flatMap((stage) => objectsOf([own(stage, 'config')]));
  const needs = (key: string, other: string) => configs.some((config) => key in config && other in config);
  return {
    ...(hasSchema(definition, configs) ? { schema: await loadSchemaCheck() } : undefined),
    ...(triggers.some((trigger) => 'cron' in trigger) ? { cron: await loadCron() } : undefined),
    ...(needs('pipeline', 'version') ? { inRange: await loadRanges() } : undefined),
    ...(needs('expression', 'expression') ? { jmespath: await loadJmespath() } : undefined),
  };
}

function hasSchema(definition: object, configs: readonly object[]): boolean {
  return 'input' in definition || 'output' in definition || configs.some((config) => 'schema' in config);
}

function objectsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter((item) => isObject(item)) : [];
}

async function loadCron(): Promise<NonNullable<Rules['cron']>> {
  const { CronPattern } = await import('croner');
  return (pattern) => {
    try {
      new CronPattern(pattern, 'UTC', { mode: '5-part' });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    }
  };
}

async function loadRanges(): Promise<NonNullable<Rules['inRange']>> {
  const { inRange } = await import('./ranges.ts');
  return inRange;
}

async function loadSchemaCheck(): Promise<NonNullable<Rules['schema']>> {
  const { checkSchema } = await import('../schema/check.ts');
  return checkSchema;
}

async function loadJmespath(): Promise<NonNullable<Rules['jmespath']>> {
  const { compileJmespath } = await import('../jmespath/jmespath.ts');
  return (source) => {
    const compiled = compileJmespath(source);
    return compiled.ok ? undefined : compiled.problem;
  };
}
