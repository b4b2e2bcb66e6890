import { compileExpression } from '../../src/core/expression/compile.ts';
import { compileTemplate, type TemplateOptions } from '../../src/core/expression/template.ts';
import type { Environment, ExpressionOptions, StageView } from '../../src/core/expression/types.ts';
import type { Json } from '../../src/core/json.ts';
import { StageError } from '../../src/core/run.ts';
import { Secret } from '../../src/core/secret.ts';

/** 2026-01-31T12:34:56.789Z, a Saturday. */
export const NOW = Date.UTC(2026, 0, 31, 12, 34, 56, 789);

const STAGES: Readonly<Record<string, StageView>> = {
  fetch: { output: { status: 200, body: { items: [{ id: 1 }, { id: 2 }] } }, status: 'succeeded', error: null },
  skipped: { output: null, status: 'skipped', error: null },
  'my-id': { output: 'hyphen', status: 'succeeded', error: null },
  broken: { output: null, status: 'failed', error: { type: 'TIMEOUT', code: 'stage_timeout', message: 'too late' } },
};

/** What most tests evaluate against. */
export function world(changes: Partial<Environment> = {}): Environment {
  return {
    input: {
      name: 'Ann',
      age: 42,
      url: 'https://example.com',
      nothing: null,
      yes: true,
      'my key': 'spaced',
      user: { tags: ['x', 'y'], address: { city: 'Ulm' } },
      items: [
        { id: 'b', price: 3, kind: 'book' },
        { id: 'a', price: 1.5, kind: 'game' },
        { id: 'c', price: 2, kind: 'book' },
      ],
    },
    context: { run_id: 'run-1', pipeline: 'orders', attempt: 1, item: { id: 7 }, index: 3, vars: { total: 10 } },
    vars: { REGION: 'eu', LIMITS: { max: 5 } },
    secrets: new Map([
      ['TOKEN', new Secret('s3cr3t', ['TOKEN'])],
      ['KEY', new Secret('k3y', ['KEY'])],
    ]),
    stage: (id) => (Object.hasOwn(STAGES, id) ? STAGES[id] : undefined),
    now: NOW,
    uuids: { seed: 'run-1/stage', count: 0 },
    ...changes,
  };
}

/** The value of an expression. Throws when it does not compile. */
export function evaluate(source: string, input?: unknown, options: ExpressionOptions = {}): unknown {
  const compiled = compileExpression(source, options);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.problems.map(({ message }) => message).join('; ')}`);
  return compiled.value.evaluate(input === undefined ? world() : world({ input }));
}

/** What an evaluation failed with: `code: message`. */
export function failure(source: string, input?: unknown): StageError {
  try {
    const value = evaluate(source, input);
    throw new Error(`${source} gave ${JSON.stringify(value)?.slice(0, 200)}`);
  } catch (error) {
    if (error instanceof StageError) return error;
    throw error;
  }
}

/** The problems of an expression: code, the text that is marked, message and hint. */
export function problems(source: string, options: ExpressionOptions = {}): Found[] {
  const compiled = compileExpression(source, options);
  if (compiled.ok) return [];
  return compiled.problems.map(({ code, message, hint, start, end }) => ({
    code,
    marked: source.slice(start, end),
    message,
    hint,
  }));
}

export interface Found {
  code: string;
  marked: string;
  message: string;
  hint: string | undefined;
}

/** The value of a template. Throws when it does not compile. */
export function resolve(template: Json, changes: Partial<Environment> = {}, options: TemplateOptions = {}): unknown {
  const compiled = compileTemplate(template, options);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('; '));
  return compiled.value.resolve(world(changes));
}

/** What a Secret holds: tests are allowed to look. */
export function revealed(value: unknown): string {
  if (value instanceof Secret) return Secret.reveal(value);
  throw new Error(`not a secret: ${JSON.stringify(value)}`);
}
