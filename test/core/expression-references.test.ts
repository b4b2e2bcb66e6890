import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile.ts';
import type { References } from '../../src/core/expression/types.ts';

describe('what an expression names', () => {
  const references = (source: string): References => {
    const compiled = compileExpression(source, { locals: ['item'] });
    if (!compiled.ok) throw new Error(compiled.problems[0]?.message);
    return compiled.value.references;
  };

  it('stages with their fields', () => {
    const { stages } = references(
      'stages.a.output.x + stages["b-c"].status + string(stages.a.error) + stages.a.?output.x.orValue("")',
    );
    expect([...stages].map(([id, fields]) => [id, [...fields]])).toEqual([
      ['a', ['output', 'error']],
      ['b-c', ['status']],
    ]);
  });

  it('stages inside of macros and branches that are not taken', () => {
    expect([...references('[1].map(i, false ? stages.a.output : i)').stages.keys()]).toEqual(['a']);
  });

  it('no stage where a variable has the name', () => {
    expect(references('input.x.map(i, i.output)').stages.size).toBe(0);
  });

  it('vars and secrets that must exist, and those that need not', () => {
    const found = references(
      'vars.A + vars.?B.orValue("") + default(vars.C, "") + (has(vars.D) ? vars.D : "") + default(vars.A, "") + vars["E"]',
    );
    expect([...found.vars].sort()).toEqual(['A', 'E']);
    expect([...found.optionalVars].sort()).toEqual(['B', 'C', 'D']);
    const secrets = references('secrets.A + secrets.?B.orValue("") + default(secrets.C, "")');
    expect([...secrets.secrets]).toEqual(['A']);
    expect([...secrets.optionalSecrets].sort()).toEqual(['B', 'C']);
  });

  it('fields of context, its variables, and roots', () => {
    const found = references(
      'context.item.id + context.vars.total + context["vars"]["x"] + item.y + context.vars.?z.orValue(0)',
    );
    expect([...found.context].sort()).toEqual(['item', 'vars']);
    expect([...found.contextVars].sort()).toEqual(['total', 'x', 'z']);
    expect([...found.roots].sort()).toEqual(['context', 'item']);
  });
});
