import { describe, expect, test } from 'vitest';
import { FlowMasonError } from '../../../src/core/errors.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { mergePipelines } from '../../../src/core/release/merge.ts';
import { editText, mergedText } from '../../../src/core/release/text.ts';
import { parseSource } from '../../../src/core/source/parse.ts';

const read = (text: string) => parseSource(text).value as JsonObject;

/** The text after its value was changed. */
function edited(text: string, change: (value: JsonObject) => Json | undefined): string {
  const value = structuredClone(read(text));
  const result = editText(text, change(value) ?? value);
  expect(read(result)).toEqual(change(structuredClone(read(text))) ?? value);
  return result;
}

const FILE = `{
  "name":   "demo",

  "stages": [
    { "id": "a", "component": "logger", "config": { "message": "one" } },
    {
      "id": "b",
      "component": "http-request",
      "config": {
        "url": "https://example.com", "method": "GET",

        "headers": {}
      },
      "depends_on": [ "a" ]
    }
  ],
  "timeout" : "5m"
}
`;

type Stages = [JsonObject, JsonObject, ...JsonObject[]];
const stages = (value: JsonObject) => value.stages as Stages;
const config = (value: JsonObject, i: 0 | 1) => stages(value)[i].config as JsonObject;

describe('an edit changes what has to change', () => {
  test('a value', () => {
    expect(edited(FILE, (value) => void Object.assign(value, { timeout: 60 }))).toBe(FILE.replace('"5m"', '60'));
    expect(edited(FILE, (value) => void Object.assign(config(value, 1), { url: 'x' }))).toBe(
      FILE.replace('"https://example.com"', '"x"'),
    );
  });

  test('a key that is new stands after the neighbour that it has', () => {
    expect(edited(FILE, ({ name, ...rest }) => ({ name: name as Json, version: '1.0.0', ...rest }))).toBe(
      FILE.replace('"demo",\n', '"demo",\n  "version": "1.0.0",\n'),
    );
    expect(edited(FILE, (value) => void Object.assign(config(value, 0), { level: 'debug' }))).toBe(
      FILE.replace('"message": "one" }', '"message": "one", "level": "debug" }'),
    );
    expect(
      edited(
        FILE,
        (value) =>
          void Object.assign(value, { input: { type: 'object', required: ['a', 'b'], properties: { a: {} } } }),
      ),
    ).toBe(
      FILE.replace(
        '"5m"\n',
        `"5m",
  "input": {
    "type": "object",
    "required": ["a", "b"],
    "properties": {
      "a": {}
    }
  }
`,
      ),
    );
  });

  test('a key that is gone takes its comma along', () => {
    expect(edited(FILE, (value) => void delete value.timeout)).toBe(FILE.replace(',\n  "timeout" : "5m"', ''));
    expect(edited(FILE, (value) => void delete config(value, 1).url)).toBe(
      FILE.replace('"url": "https://example.com", ', ''),
    );
    expect(edited(FILE, (value) => void delete config(value, 0).message)).toBe(
      FILE.replace('{ "message": "one" }', '{}'),
    );
  });

  test('a stage that is gone, the first or the last', () => {
    expect(edited(FILE, (value) => void stages(value).shift())).toBe(FILE.replace(/ {4}\{ "id": "a".*\n/, ''));
    expect(edited(FILE, (value) => void stages(value).pop())).toBe(FILE.replace(/,\n {4}\{\n[\s\S]*?\n {4}\}/, ''));
  });

  test('a stage that is new, where it belongs', () => {
    const added = { id: 'c', component: 'delay', config: { duration: '1s' } };
    expect(edited(FILE, (value) => void stages(value).splice(1, 0, added))).toBe(
      FILE.replace(
        '"one" } },\n',
        '"one" } },\n    {\n      "id": "c",\n      "component": "delay",\n      "config": {\n        "duration": "1s"\n      }\n    },\n',
      ),
    );
  });

  test('stages in another order keep their bytes', () => {
    const turned = edited(FILE, (value) => void stages(value).reverse());
    const [a, b] = [FILE.match(/\{ "id": "a".*\}/)?.[0] ?? '?', FILE.match(/\{\n {6}"id"[\s\S]*?\n {4}\}/)?.[0] ?? '?'];
    expect(turned).toBe(FILE.replace(/\[\n {4}\{ "id"[\s\S]*\n {2}\],/, `[\n    ${b},\n    ${a}\n  ],`));
  });

  test('an empty object that is filled', () => {
    expect(edited(FILE, (value) => void Object.assign(config(value, 1), { headers: { a: '1' } }))).toBe(
      FILE.replace('"headers": {}', '"headers": {\n          "a": "1"\n        }'),
    );
  });

  test('a list of ids', () => {
    expect(edited(FILE, (value) => void Object.assign(stages(value)[1], { depends_on: ['a', 'z'] }))).toBe(
      FILE.replace('[ "a" ]', '[ "a", "z" ]'),
    );
    expect(edited(FILE, (value) => void Object.assign(stages(value)[1], { depends_on: ['z', 'a'] }))).toBe(
      FILE.replace('[ "a" ]', '[ "z", "a" ]'),
    );
    expect(edited(FILE, (value) => void Object.assign(stages(value)[1], { depends_on: [] }))).toBe(
      FILE.replace('[ "a" ]', '[]'),
    );
  });
});

describe('an edit looks like the file', () => {
  const lines = (text: string) => text.split('\n');

  test('stages that have a line each get a line each', () => {
    const text = '{\n  "name": "demo",\n  "stages": [\n    { "id": "a", "component": "logger" }\n  ]\n}\n';
    const result = edited(
      text,
      (value) => void stages(value).push({ id: 'b', component: 'logger', config: { n: [1, {}] } }),
    );
    expect(lines(result)[4]).toBe('    { "id": "b", "component": "logger", "config": { "n": [1, {}] } }');
  });

  test('tabs, \\r\\n, a byte order mark and no end of line', () => {
    const text =
      '\u{feff}{\r\n\t"name": "demo",\r\n\t"stages": [\r\n\t\t{\r\n\t\t\t"id": "a",\r\n\t\t\t"component": "logger"\r\n\t\t}\r\n\t]\r\n}';
    expect(edited(text, (value) => void Object.assign(stages(value)[0], { config: { message: 'x' } }))).toBe(
      text.replace('"logger"', '"logger",\r\n\t\t\t"config": {\r\n\t\t\t\t"message": "x"\r\n\t\t\t}'),
    );
  });

  test('one line stays one line, tight or loose', () => {
    expect(
      edited('{"name":"demo","stages":[{"id":"a"}]}', (value) => ({ ...value, on_failure: { pipeline: 'x' } })),
    ).toBe('{"name":"demo","stages":[{"id":"a"}],"on_failure":{"pipeline":"x"}}');
    expect(edited('{ "name": "demo", "stages": [{ "id": "a" }] }', (value) => ({ ...value, tags: ['x', 'y'] }))).toBe(
      '{ "name": "demo", "stages": [{ "id": "a" }], "tags": ["x", "y"] }',
    );
  });

  test('commas at the beginning of lines are still commas', () => {
    const text = '{ "name": "demo"\n, "stages": [ { "id": "a" }\n  , { "id": "b" } ]\n}';
    const result = edited(text, (value) => void stages(value).push({ id: 'c' }));
    expect(read(result)).toMatchObject({ stages: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    expect(result.startsWith('{ "name": "demo"\n, "stages": [ { "id": "a" }\n  , { "id": "b" }')).toBe(true);
  });

  test('escapes that nobody touched stay escapes', () => {
    const text = '{ "name": "d\\u0065mo", "\\u0073tages": [], "a": 1.50e+1, "b": -0 }';
    expect(edited(text, (value) => ({ ...value, c: 'é"\u2028' }))).toBe(
      text.replace('-0 }', `-0, "c": ${JSON.stringify('é"\u2028')} }`),
    );
  });
});

describe('a merged text', () => {
  const base = read(FILE);
  const theirsText = FILE.replace('"5m"', '"9m"').replace('"GET"', '"PUT"');
  const theirs = { definition: read(theirsText), text: theirsText };

  test('is the side whose definition it is, byte for byte', () => {
    const ours = { definition: base, text: FILE };
    expect(mergedText(mergePipelines(base, base, theirs.definition).merged, ours, theirs)).toBe(theirsText);
    const mine = {
      definition: read(FILE.replace('one', 'two')),
      text: FILE.replace('one', 'two').replace('"demo"', '"demo" '),
    };
    expect(mergedText(mergePipelines(base, mine.definition, base).merged, mine, { definition: base, text: FILE })).toBe(
      mine.text,
    );
  });

  test('is ours with what theirs changed', () => {
    const text = FILE.replace('"one"', '"two"').replace('"depends_on": [ "a" ]', '"when": true');
    const ours = { definition: read(text), text };
    const { merged, conflicts } = mergePipelines(base, ours.definition, theirs.definition);
    expect(conflicts).toEqual([]);
    expect(mergedText(merged, ours, theirs)).toBe(text.replace('"5m"', '"9m"').replace('"GET"', '"PUT"'));
  });

  test('has its conflicts where they are', () => {
    const text = FILE.replace('"5m"', '"1m"').replace(/,\n {4}\{\n[\s\S]*?\n {4}\}/, '');
    const ours = { definition: read(text), text };
    const { merged } = mergePipelines(base, ours.definition, theirs.definition, 'mark');
    const result = mergedText(merged, ours, theirs);
    expect(read(result)).toEqual(merged);
    expect(result).toContain(
      '"timeout" : {\n    "$conflict": {\n      "base": "5m",\n      "ours": "1m",\n      "theirs": "9m"\n    }\n  }',
    );
    expect(result).toContain(
      '{ "id": "a", "component": "logger", "config": { "message": "one" } },\n    {\n      "$conflict": {',
    );
    // Nothing is lost on the way to a decision.
    expect(mergedText(mergePipelines(base, ours.definition, theirs.definition).merged, ours, theirs)).toBe(text);
  });
});

test('a text with problems of its own is not edited', () => {
  for (const text of ['', '{', '{ "a": 1, "a": 2 }', '{ "__proto__": 1 }', '// no\n{}', '[12345678901234567890]']) {
    try {
      editText(text, {});
      expect.unreachable(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FlowMasonError);
      expect(error).toMatchObject({ code: 'INVALID_FILE' });
    }
  }
});
