import { expect } from 'vitest';
import { BUILT_INS } from '../../../src/components/index.ts';
import { type CompileOptions, checkPipeline, compilePipeline } from '../../../src/core/compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../../../src/core/descriptor.ts';
import type { Plan } from '../../../src/core/plan.ts';
import type { Problem } from '../../../src/core/problem.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import { describe } from '../../../src/executor/describe.ts';

export const DESCRIPTORS: ReadonlyMap<string, ComponentDescriptor> = new Map(
  BUILT_INS.map((component) => [component.name, describe(component, 'built-in')]),
);

type Options = Partial<CompileOptions> & { file?: string };

/** A pipeline file of these stages, each on a line of its own from line 3 on; `fields` follow behind them. */
export function pipeline(stages: readonly string[], fields = ''): string {
  return `{ "name": "demo",\n  "stages": [\n    ${stages.join(',\n    ')}\n  ]${fields && `,\n  ${fields}`}\n}`;
}

/** The text without its «marks», and where they were. */
function unmark(marked: string): { text: string; marks: { line: number; column: number; length: number }[] } {
  let text = '';
  const marks = [];
  const [first = '', ...rest] = marked.split('«');
  text += first;
  for (const part of rest) {
    const [inside = '', after = ''] = part.split('»');
    const before = text.split('\n');
    marks.push({ line: before.length, column: (before.at(-1) ?? '').length + 1, length: inside.length });
    text += inside + after;
  }
  return { text, marks };
}

export function problemsOf(text: string, options: Options = {}): Problem[] {
  return compilePipeline(parseSource(text, { file: options.file }), { descriptors: DESCRIPTORS, ...options }).problems;
}

/** What a problem is expected to say: code, message, hint. */
export type Expected = readonly [code: string, message: string, hint?: string | undefined];

/** The file has exactly these problems, in this order, each at its «mark»; further ones share the last mark. */
export function expectProblems(marked: string, expected: readonly Expected[], options: Options = {}): void {
  const { text, marks } = unmark(marked);
  const found = problemsOf(text, options);
  expectSame(found, expected, marks);
}

/** The same with the rules that are loaded when a file needs them. */
export async function expectProblemsWithRules(
  marked: string,
  expected: readonly Expected[],
  options: Options = {},
): Promise<void> {
  const { text, marks } = unmark(marked);
  expectSame(await problemsWithRules(text, options), expected, marks);
}

export async function problemsWithRules(text: string, options: Options = {}): Promise<Problem[]> {
  const { problems } = await checkPipeline(parseSource(text), { descriptors: DESCRIPTORS, ...options });
  return problems;
}

function expectSame(found: readonly Problem[], expected: readonly Expected[], marks: readonly object[]): void {
  expect(marks.length).toBeLessThanOrEqual(expected.length);
  expect(
    found.map(({ code, message, hint, line, column, length }) => ({ code, message, hint, line, column, length })),
  ).toEqual(expected.map(([code, message, hint], i) => ({ code, message, hint, ...(marks[i] ?? marks.at(-1)) })));
}

export function expectClean(text: string, options: Options = {}): void {
  expect(problemsOf(text, options)).toEqual([]);
}

/** The plan of a file without errors. */
export function planOf(text: string, options: Options = {}): Plan {
  const { plan, problems } = compilePipeline(parseSource(text), { descriptors: DESCRIPTORS, ...options });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!plan) throw new Error('no plan');
  return plan;
}
