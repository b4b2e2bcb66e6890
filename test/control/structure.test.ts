import { describe, expect, it } from 'vitest';
import { structureProblem } from '../../src/control/http/structure.ts';
import fc from '../setup/property.ts';

describe('the structure of a body', () => {
  it('is right in whatever JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), fc.nat({ max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (!text.includes('"__proto__"')) expect(structureProblem(text, 100)).toBeUndefined();
      }),
    );
  });

  it('is wrong when any key of any object is written again, however it is spelled', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.nat(),
        fc.boolean(),
        (object, pick, spelled) => {
          const keys = Object.keys(object);
          const key = keys[pick % keys.length] ?? '';
          const escaped = [...key].map((_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
          const again = spelled && key.length === [...key].length ? `"${escaped}"` : JSON.stringify(key);
          const text = `[1, ${JSON.stringify(object).slice(0, -1)}, ${again}: 0}]`;
          expect(structureProblem(text, 100)).toMatch(/twice|__proto__/);
        },
      ),
    );
  });

  it.each([
    ['{"a":{"b":1},"b":1}', undefined],
    ['[{"a":1},{"a":1}]', undefined],
    ['{"a":"a","b":"a"}', undefined],
    ['{"a\\"":1,"a":1}', undefined],
    ['{"a":["b","b"],"c":1}', undefined],
    ['{"a":1,"b":2,"c":3,"b":4}', 'the key `b` stands twice in one object'],
    ['{"":1,"":2}', 'the key `` stands twice in one object'],
    ['{"\\\\":1,"\\\\":2}', 'the key `\\` stands twice in one object'],
    ['{"a":{"x":1,"x":2}}', 'the key `x` stands twice in one object'],
    ['[[[]]]', undefined],
    ['[[[[]]]]', 'it has more than 3 levels of nesting'],
    ['[[[],[],[]]]', undefined],
    ['{"__proto__":1}', 'the key `__proto__` is refused: programs take it for something else'],
    ['"__proto__"', undefined],
    ['"', undefined],
    ['{"a', undefined],
    [']]]{"a":1,"a":1}', 'the key `a` stands twice in one object'],
  ])('of %s: %s', (text, problem) => {
    expect(structureProblem(text, 3)).toBe(problem);
  });
});
