import { describe, expect, it } from 'vitest';
import { asBoolean, compileBare, compileCondition, evaluateCondition } from '../../src/core/expression/condition.ts';
import { compileTemplate, type TemplateOptions } from '../../src/core/expression/template.ts';
import type { ExpressionOptions } from '../../src/core/expression/types.ts';
import type { Json, JsonPath } from '../../src/core/json.ts';
import { StageError } from '../../src/core/run.ts';
import { resolve, world } from './expression-world.ts';

/** PIPELINES.md, section 3: `{{ }}` in strings, and fields that are expressions by nature. */

function problemsOf(value: Json, options: TemplateOptions = {}): [JsonPath, string, string | undefined][] {
  const compiled = compileTemplate(value, options);
  if (compiled.ok) return [];
  return compiled.problems.map(({ path, code, start, end }) => {
    const text = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], value);
    return [path, code, typeof text === 'string' ? text.slice(start, end) : undefined];
  });
}

describe('a string that is exactly one template keeps the type of its value', () => {
  it.each([
    ['{{ input.age }}', 42],
    ['{{input.age}}', 42],
    ['{{ input.yes }}', true],
    ['{{ input.nothing }}', null],
    ['{{ input.user.tags }}', ['x', 'y']],
    ['{{ {"a": {"b": input.age}} }}', { a: { b: 42 } }],
    ['{{ {"a": {"b": 1}}}}', { a: { b: 1 } }],
    ['{{ "}}" }}', '}}'],
    ['{{ \'}}\' + "{{" }}', '}}{{'],
    ['{{ """ "}} """ }}', ' "}} '],
    ['{{ r"\\d" + "\\"}}" }}', '\\d"}}'],
    ['{{ 1 // the answer }}', 1],
    ["{{ input.age // don't\n }}", 42],
    ['{{ now() }}', '2026-01-31T12:34:56.789Z'],
    ['{{ 1 + 1 }}', 2],
  ])('%s', (template, value) => {
    expect(resolve(template)).toEqual(value);
  });
});

describe('mixed with anything else, spaces included, it becomes text', () => {
  it.each([
    [' {{ input.age }}', ' 42'],
    ['{{ input.age }} ', '42 '],
    ['{{ input.name }} is {{ input.age }}', 'Ann is 42'],
    ['{{ input.name }}{{ input.age }}', 'Ann42'],
    ['<{{ input.nothing }}>', '<>'],
    ['<{{ input.?nope }}>', '<>'],
    ['<{{ input.yes }}>', '<true>'],
    ['<{{ 1e21 }} {{ 0.5 }} {{ -0.0 }}>', '<1e+21 0.5 0>'],
    ['tags: {{ input.user.tags }}', 'tags: ["x","y"]'],
    ['{{ input.user.address }}!', '{"city":"Ulm"}!'],
    ['at {{ timestamp("2026-01-31T00:00:00Z") }} for {{ duration("90s") }}', 'at 2026-01-31T00:00:00Z for 90s'],
    ['{{ b"hi" }}.', 'aGk=.'],
    ['{{ [now()] }}.', '["2026-01-31T12:34:56.789Z"].'],
    ['a } b }} c {{ "x" }}', 'a } b }} c x'],
  ])('%s', (template, value) => {
    expect(resolve(template)).toBe(value);
  });
});

describe('what is literal', () => {
  it.each([
    ['no template', 'no template'],
    ['', ''],
    ['{ single }', '{ single }'],
    ['a }} b', 'a }} b'],
    ['\\{{ input.age }}', '{{ input.age }}'],
    ['\\{{ a }} {{ input.age }} \\{{', '{{ a }} 42 {{'],
    ['\\\\{{ x', '\\{{ x'],
    ['\\n', '\\n'],
    ['\\{ {', '\\{ {'],
  ])('%s', (template, value) => {
    expect(resolve(template)).toBe(value);
  });

  it('object keys, and values that are no strings', () => {
    expect(resolve({ '{{ input.age }}': 1, a: [null, true, 1.5, '{{ input.age }}'] })).toEqual({
      '{{ input.age }}': 1,
      a: [null, true, 1.5, 42],
    });
  });

  it('what an expression yields: it is data and never scanned again', () => {
    const input = { evil: '{{ secrets.TOKEN }}', more: ['{{ 1 + 1 }}', '\\{{'] };
    expect(resolve('{{ input.evil }}', { input })).toBe('{{ secrets.TOKEN }}');
    expect(resolve('{{ input }}', { input })).toEqual(input);
    expect(resolve('<{{ input.evil }}{{ input.more[1] }}>', { input })).toBe('<{{ secrets.TOKEN }}\\{{>');
  });
});

describe('objects and lists', () => {
  it('keep the order of their keys and every constant', () => {
    const template = { z: 1, a: '{{ input.age }}', m: { x: ['c', '{{ input.name }}'], y: null }, b: 'end' };
    const value = resolve(template);
    expect(value).toEqual({ z: 1, a: 42, m: { x: ['c', 'Ann'], y: null }, b: 'end' });
    expect(Object.keys(value as object)).toEqual(['z', 'a', 'm', 'b']);
  });

  it('give a fresh value each time', () => {
    const compiled = compileTemplate({ list: ['{{ input.age }}'] });
    if (!compiled.ok) throw new Error('it compiles');
    const first = compiled.value.resolve(world()) as { list: unknown[] };
    first.list.push('changed');
    expect(compiled.value.resolve(world())).toEqual({ list: [42] });
  });

  it('keep keys that mean something in JavaScript', () => {
    const template = JSON.parse('{"__proto__": "{{ input.age }}", "constructor": "{{ input.name }}"}') as Json;
    const value = resolve(template) as object;
    expect(Object.entries(value)).toEqual([
      ['__proto__', 42],
      ['constructor', 'Ann'],
    ]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('know when there is nothing to evaluate', () => {
    const compiled = compileTemplate({ a: ['\\{{ x }}', 1], b: { c: '{{ 1 + 1 }}' } });
    if (!compiled.ok) throw new Error('it compiles');
    expect(compiled.value.constant).toBe(true);
    expect(compiled.value.value).toEqual({ a: ['{{ x }}', 1], b: { c: 2 } });
    const other = compileTemplate('{{ uuid() }}');
    expect(other.ok && other.value.constant).toBe(false);
  });

  it('gather what all their expressions name', () => {
    const compiled = compileTemplate({
      a: '{{ vars.A }} {{ vars.?B.orValue("") }}',
      b: ['{{ vars.B }}', '{{ stages.x.output }}', '{{ stages.x.status }}'],
    });
    if (!compiled.ok) throw new Error('it compiles');
    const { vars, optionalVars, stages } = compiled.value.references;
    expect([...vars].sort()).toEqual(['A', 'B']);
    expect([...optionalVars]).toEqual([]);
    expect([...(stages.get('x') ?? [])]).toEqual(['output', 'status']);
  });
});

describe('problems', () => {
  it('are all found at once, with the path of the string and the place in it', () => {
    const template = {
      ok: '{{ input.a }}',
      one: 'x {{ inptu.a }} y {{ uper("a") }}',
      deep: [{ two: '{{ stages.a.body }}' }, 'fine', '{{ 1 + }}'],
      three: '{{ open',
    };
    expect(problemsOf(template)).toEqual([
      [['one'], 'UNKNOWN_ROOT', 'inptu'],
      [['one'], 'UNKNOWN_FUNCTION', 'uper'],
      [['deep', 0, 'two'], 'UNKNOWN_STAGE_FIELD', 'body'],
      [['deep', 2], 'EXPRESSION_SYNTAX', ''],
      [['three'], 'TEMPLATE_UNTERMINATED', '{{ open'],
    ]);
  });

  it.each([
    ['{{ }}', 'EXPRESSION_SYNTAX', '{{ }}'],
    ['a {{}} b', 'EXPRESSION_SYNTAX', '{{}}'],
    ['{{ {"a": 1 }}', 'TEMPLATE_UNTERMINATED', '{{ {"a": 1 }}'],
    ['x {{ "a }}', 'TEMPLATE_UNTERMINATED', '{{ "a }}'],
    ['{{ a } }}', 'EXPRESSION_SYNTAX', '}'],
    ['{{{ input.a }}}', 'EXPRESSION_SYNTAX', '}'],
    ['{{ {{ input.a }} }}', 'TEMPLATE_IN_EXPRESSION', '{{'],
    ['{{ input.a + {{ input.b }} }}', 'TEMPLATE_IN_EXPRESSION', '{{'],
  ])('%s', (template, code, marked) => {
    const compiled = compileTemplate(template);
    if (compiled.ok) throw new Error('it does not compile');
    expect(compiled.problems[0]).toMatchObject({ code, path: [] });
    expect(template.slice(compiled.problems[0]?.start, compiled.problems[0]?.end)).toContain(marked);
  });

  it('say what is not closed', () => {
    const hint = (template: string) => {
      const compiled = compileTemplate(template);
      return compiled.ok ? undefined : compiled.problems[0]?.hint;
    };
    expect(hint('{{ open')).toBe('End it with `}}`, or write `\\{{` for the braces themselves');
    expect(hint('{{ "abc }}')).toBe('The text that begins with `"abc }}` is not closed');
  });

  it('say where secrets may not be used', () => {
    const options: TemplateOptions = { noSecretsAt: ([key]) => (key === 'headers' ? undefined : `Not in ${key}`) };
    const template = { headers: { a: '{{ secrets.A }}' }, note: 'x {{ secrets.B }}' };
    expect(problemsOf(template, options)).toEqual([[['note'], 'SECRET_NOT_ALLOWED', 'secrets.B']]);
    expect(problemsOf('{{ secrets.A }}', { noSecrets: 'No' })).toEqual([[[], 'SECRET_NOT_ALLOWED', 'secrets.A']]);
  });

  it('refuse a value that nests too deep', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}"{{ 1 }}"${']'.repeat(5_000)}`) as Json;
    expect(problemsOf(deep).map(([, code]) => code)).toEqual(['limit_exceeded']);
  });
});

describe('failures', () => {
  it('say which expression failed, and where it stands', () => {
    const failed = (): unknown => resolve({ url: 'x', body: [{ name: 'Dear {{ input.nmae }}' }] });
    expect(failed).toThrow(StageError);
    expect(failed).toThrow(
      expect.objectContaining({
        type: 'EXPRESSION',
        code: 'missing_field',
        hint: 'Did you mean `input.name`?',
        details: { expression: ' input.nmae ', start: 1, end: 11, path: ['body', 0, 'name'] },
      }),
    );
  });
});

describe('conditions', () => {
  const holds = (value: string | boolean): boolean => {
    const compiled = compileCondition(value);
    if (!compiled.ok) throw new Error(compiled.problems[0]?.message);
    return evaluateCondition(compiled.value, world());
  };
  const found = (value: string, options: ExpressionOptions = {}) => {
    const compiled = compileCondition(value, options);
    return compiled.ok
      ? undefined
      : compiled.problems.map(({ code, start, end, hint }) => [code, value.slice(start, end), hint ?? '']);
  };

  it.each([
    ['input.age > 3', true],
    ['{{ input.age > 3 }}', true],
    [' {{ input.age < 3 }} ', false],
    [true, true],
    [false, false],
    ['true', true],
    ['{"a": true}.a', true],
    ['"{{ x }}" == "{{" + " x }}"', true],
    ['stages.fetch.status == "succeeded"', true],
  ])('%s', (value, expected) => {
    expect(holds(value)).toBe(expected);
  });

  it.each([
    ['{{ input.age }} > 3', 'Write it without braces: input.age > 3'],
    ['{{ input.a }} && {{ input.b }}', 'Write it without braces: input.a && input.b'],
    ['x {{ input.a }}', 'Write it without braces: x input.a'],
    ['input.age > {{ input.b }}', 'Write it without braces: input.age > input.b'],
  ])('%s mixes both', (value, hint) => {
    expect(found(value)).toMatchObject([['TEMPLATE_IN_EXPRESSION', expect.any(String), hint]]);
  });

  it.each([
    ['"yes"', '"yes"'],
    ['{{ 1 + 1 }}', '1 + 1'],
    ['size(input.items)', 'size(input.items)'],
    ['input.name + "x" + "y" == "z" ? [] : []', 'input.name + "x" + "y" == "z" ? [] : []'],
    ['input.?a', 'input.?a'],
  ])('%s can never be true or false', (value, marked) => {
    expect(found(value)).toMatchObject([['NOT_BOOLEAN', marked, expect.any(String)]]);
  });

  it('place problems in the string', () => {
    expect(found('  {{ inptu.a }}')).toMatchObject([['UNKNOWN_ROOT', 'inptu', expect.any(String)]]);
    expect(found('input.a ==')).toMatchObject([['EXPRESSION_SYNTAX', '', expect.any(String)]]);
    expect(found('secrets.A == "x"')).toMatchObject([['SECRET_NOT_ALLOWED', 'secrets.A', expect.any(String)]]);
    expect(found('has(secrets.A)')).toMatchObject([['SECRET_NOT_ALLOWED', 'secrets.A', expect.any(String)]]);
  });

  it('fail when what they give is neither true nor false', () => {
    expect(() => holds('input.age')).toThrow(
      expect.objectContaining({
        type: 'EXPRESSION',
        code: 'not_boolean',
        message: 'input.age must give true or false, not a number',
        hint: 'Compare it: `x == "yes"`, `x > 0`, `size(x) > 0`',
      }),
    );
    expect(() => asBoolean(null, 'input.x')).toThrow(
      expect.objectContaining({ hint: 'Write `default(input.x, false)`' }),
    );
  });

  it('say what they would say in a long text, too', () => {
    expect(found(`{{ input.age }}${' '.repeat(500_000)}> 3`)).toMatchObject([
      ['TEMPLATE_IN_EXPRESSION', expect.any(String), 'Write it without braces: input.age…'],
    ]);
  });

  it('have a sibling for any value', () => {
    const key = compileBare('{{ input.name + "x" }}');
    expect(key.ok && key.value.evaluate(world())).toBe('Annx');
    expect(compileBare('{{ input.name }}-x').ok).toBe(false);
  });
});
