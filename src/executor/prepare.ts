import { type BaseIssue, safeParse } from 'valibot';
import type { ConfigField } from '../core/descriptor.ts';
import type { Environment } from '../core/expression/types.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { PlannedStage } from '../core/plan.ts';
import { StageError } from '../core/run.ts';
import { Secret } from '../core/secret.ts';
import type { Component } from './component.ts';
import { holds } from './condition.ts';
import type { Run } from './run.ts';
import type { StageRun } from './stage-run.ts';

/** A stage's config, resolved for one attempt. */
export interface Prepared {
  readonly component: Component;
  /** Checked against the component's schema, defaults filled, secrets revealed. */
  readonly config: JsonObject;
  /** Before secrets were revealed: what cache keys are made of. */
  readonly resolved: Readonly<Record<string, unknown>>;
  /** Counts the first. */
  readonly maxAttempts: number;
  /** The resolved config as it may be shown. */
  shown(): Json;
}

/** Parsed configs of built-in components whose config is the same in every run. */
const constants = new WeakMap<PlannedStage, JsonObject>();

/**
 * Resolves and checks a stage's config. Throws StageError `EXPRESSION` of a template, `VALIDATION` (with `input`: the
 * masked config) when the component's schema refuses what came out, `CONFIGURATION` when the component is not here.
 */
export function prepare(stageRun: StageRun, environment: Environment): Prepared {
  const { run, stage } = stageRun;
  const component = run.runtime.components.get(stage.component.name);
  if (!component) {
    throw new StageError(
      'CONFIGURATION',
      'component_missing',
      `Component ${stage.component.name} is not available here`,
      {
        hint: '`fm components` lists what is',
      },
    );
  }
  const known = constants.get(stage);
  if (known) return finish(stageRun, component, known, known);

  const resolved = resolve(stage, environment);
  const shown = (): Json => run.options.masker.json(hideSecrets(resolved) as Json);
  const open = run.options.secrets.size > 0 ? reveal(run, stage, resolved) : resolved;
  const parsed = safeParse(component.config, isForeign(stage) ? structuredClone(open) : open, { abortPipeEarly: true });
  if (!parsed.success) {
    const message = run.options.masker.text(parsed.issues.map(describeIssue).join('; '));
    const error = new StageError('VALIDATION', 'invalid_config', message, {
      hint: `\`fm components show ${component.name}\` documents its config`,
    });
    throw Object.assign(error, { input: shown() });
  }
  // A strict object schema gives an object.
  const config = parsed.output as JsonObject;
  const isConstant = stage.config.constant && Object.keys(stage.conditions).length === 0;
  if (isConstant && !isForeign(stage)) constants.set(stage, config);
  return finish(stageRun, component, config, resolved);
}

/**
 * A component of somebody else's: it gets and gives data of its own, because what it does to it later must not change
 * what was recorded.
 */
export function isForeign(stage: PlannedStage): boolean {
  return stage.component.source !== 'built-in';
}

function finish(
  stageRun: StageRun,
  component: Component,
  config: JsonObject,
  resolved: Record<string, unknown>,
): Prepared {
  const { run, stage } = stageRun;
  const own =
    typeof component.maxAttempts === 'function' ? component.maxAttempts(config) : (component.maxAttempts ?? 1);
  return {
    component,
    config,
    resolved,
    maxAttempts: stage.retry.maxAttempts ?? own,
    shown: () => run.options.masker.json(hideSecrets(resolved) as Json),
  };
}

function resolve(stage: PlannedStage, environment: Environment): Record<string, unknown> {
  // The plan's config template is an object: `config` of the definition without its late fields.
  const resolved: Record<string, unknown> = { ...(stage.config.resolve(environment) as Record<string, unknown>) };
  for (const [key, condition] of Object.entries(stage.conditions)) {
    resolved[key] = holds(condition, environment, `config.${key}`);
  }
  const late = stage.definition.config ?? {};
  for (const key of Object.keys(stage.lateExpressions)) resolved[key] ??= late[key];
  for (const key of Object.keys(stage.lateTemplates)) resolved[key] ??= late[key];
  return resolved;
}

function describeIssue(issue: BaseIssue<unknown>): string {
  const path = issue.path
    ?.map((item) => (typeof item.key === 'number' ? `[${item.key}]` : `.${String(item.key)}`))
    .join('');
  return `config${path ?? ''}: ${issue.message}`;
}

/** Secrets as text, where the component may see them. Every revealed text is masked from then on. */
function reveal(run: Run, stage: PlannedStage, config: Record<string, unknown>): Record<string, unknown> {
  const { masker } = run.options;
  const open = (value: unknown, allowed: boolean, key: string): unknown => {
    if (value instanceof Secret) {
      if (!allowed) {
        throw new StageError(
          'SECURITY',
          'secret_not_allowed',
          `config.${key} of ${stage.component.name} may not hold a secret`,
        );
      }
      const text = Secret.reveal(value);
      if (masker.text(text) === text) masker.add(text);
      return text;
    }
    if (Array.isArray(value)) return value.map((item) => open(item, allowed, key));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, open(item, allowed, key)]));
    return value;
  };
  const { fields, effects } = stage.component;
  const mayHold = (field: ConfigField | undefined): boolean =>
    effects && field?.kind === 'template' && field.secret === true;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      open(value, mayHold(Object.hasOwn(fields, key) ? fields[key] : undefined), key),
    ]),
  );
}

/** The same data with `***` for every secret. */
export function hideSecrets(value: unknown): unknown {
  if (value instanceof Secret) return String(value);
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideSecrets(item)]));
  return value;
}
