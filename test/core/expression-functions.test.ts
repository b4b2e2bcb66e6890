import { describe, expect, it } from 'vitest';
import { evaluate, failure } from './expression-world.ts';

/** PIPELINES.md, section 3: every function and macro, in both of its forms. */

type Row = readonly [source: string, value: unknown];

function rows(table: readonly Row[]): void {
  it.each(table)('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });
}

/** Calls that fail: code and message. */
function refuses(table: readonly (readonly [source: string, code: string, message: string])[]): void {
  it.each(table)('%s: %s', (source, code, message) => {
    expect(failure(source)).toMatchObject({ type: 'EXPRESSION', code, message });
  });
}

describe('text', () => {
  rows([
    ['"ÄBc".lower()', 'äbc'],
    ['lower("ABC")', 'abc'],
    ['input.name.upper()', 'ANN'],
    ['upper("straße")', 'STRASSE'],
    ['"  a b ".trim()', 'a b'],
    ['trim("\\n x \\t")', 'x'],
    ['"a,b,,c".split(",")', ['a', 'b', '', 'c']],
    ['split("a", ",")', ['a']],
    ['"".split(",")', ['']],
    ['"aé😀".split("")', ['a', 'é', '😀']],
    ['"a.b.c".replace(".", "-")', 'a-b-c'],
    ['replace("aaa", "aa", "b")', 'ba'],
    ['"$1".replace("$1", "$&")', '$&'],
    ['"ab".replace("", "-")', '-a-b-'],
    ['"abc".replace("x", "y")', 'abc'],
    ['"abc".replace("b", "")', 'ac'],
    ['"abc".contains("bc")', true],
    ['contains("abc", "")', true],
    ['"abc".startsWith("ab")', true],
    ['"abc".endsWith("bc")', true],
    ['endsWith("abc", "abcd")', false],
    ['"abcabc".indexOf("c")', 2],
    ['"abc".indexOf("x")', -1],
    ['"😀x".indexOf("x")', 1],
    ['"abcdef".substring(2)', 'cdef'],
    ['"abcdef".substring(2, 4)', 'cd'],
    ['substring("abc", 3)', ''],
    ['"a😀b".substring(1, 2)', '😀'],
    ['"2026-01-31".matches("^\\\\d{4}-\\\\d{2}-\\\\d{2}$")', true],
    ['"xx abc".matches("a.c")', true],
    ['matches("abc", r"^\\w+$")', true],
    ['"ABC".matches("(?i)abc")', true],
    ['input.name.matches(input.user.tags[0])', false],
  ]);
  refuses([
    ['input.age.upper()', 'type_mismatch', 'x.upper() takes text, but input.age is a number'],
    ['split(input.items, ",")', 'type_mismatch', 'x.split(sep) takes text, but input.items is a list'],
    ['"a".replace(1, "b")', 'type_mismatch', 'x.replace(a, b) takes text, but 1 is a number'],
    ['input.user.tags.contains("x")', 'type_mismatch', 'x.contains(text) takes text, but input.user.tags is a list'],
    ['"abc".substring(4)', 'invalid_argument', '"abc" has 3 characters, so there is no substring from 4'],
    ['"abc".substring(2, 1)', 'invalid_argument', '"abc" has 3 characters, so there is no substring from 2 to 1'],
    ['"abc".substring(-1)', 'invalid_argument', '"abc" has 3 characters, so there is no substring from -1'],
    ['"abc".substring(0.5)', 'invalid_argument', 'x.substring(from, to) takes a whole number, not 0.5'],
    ['"a".matches(input.name + "(")', 'invalid_argument', 'The pattern is not one of RE2: missing closing ): `Ann(`'],
    [
      '"a".matches("(?=a)" + input.name)',
      'invalid_argument',
      'The pattern is not one of RE2: invalid or unsupported Perl syntax: `(?=`',
    ],
  ]);

  it('has hints for what was probably meant', () => {
    expect(failure('input.age.upper()').hint).toBe('Write `string(input.age)`');
    expect(failure('input.nothing.upper()').hint).toBe('Say what to take instead: `default(input.nothing, "")`');
    expect(failure('input.user.tags.contains("x")').hint).toBe('Write `"x" in input.user.tags`');
    expect(failure('input.?name.upper()').hint).toBe('Say what it is when it is absent: `input.?name.orValue(…)`');
  });
});

describe('macros', () => {
  rows([
    ['input.items.map(i, i.price * 2)', [6, 3, 4]],
    ['map(input.items, i, i.id)', ['b', 'a', 'c']],
    ['input.items.map(i, i.price > 1.7, i.id)', ['b', 'c']],
    ['map(input.items, i, i.kind == "game", i.id)', ['a']],
    ['[].map(i, 1 / 0)', []],
    [
      '[1, 2].map(a, [3, 4].map(b, a * b))',
      [
        [3, 4],
        [6, 8],
      ],
    ],
    ['[1, 2].map(a, [10].map(a, a))', [[10], [10]]],
    ['[[1, 2], [3]].map(a, a.map(b, b + size(a)))', [[3, 4], [4]]],
    ['input.items.filter(i, i.kind == "book").map(i, i.id)', ['b', 'c']],
    ['filter([1, 2, 3], n, n % 2 == 1)', [1, 3]],
    ['input.items.all(i, i.price > 1)', true],
    ['all(input.items, i, i.price > 2)', false],
    ['[].all(i, false)', true],
    ['input.items.exists(i, i.id == "c")', true],
    ['exists([], i, true)', false],
    ['input.items.exists_one(i, i.kind == "game")', true],
    ['exists_one(input.items, i, i.kind == "book")', false],
    ['{"a": 1, "b": 2}.map(k, k.upper())', ['A', 'B']],
    ['{"a": 1, "b": 2}.filter(k, k == "b")', ['b']],
    ['input.user.address.exists(k, k == "city")', true],
    ['input.items.sortBy(i, i.price).map(i, i.id)', ['a', 'c', 'b']],
    ['sortBy(input.items, i, i.id).map(i, i.id)', ['a', 'b', 'c']],
    ['sortBy(input.items, "price").map(i, i.id)', ['a', 'c', 'b']],
    ['input.items.sortBy("kind").map(i, i.id)', ['b', 'c', 'a']],
    ['input.items.groupBy(i, i.kind).book.map(i, i.id)', ['b', 'c']],
    ['groupBy([1, 2, 3, 4], n, n % 2 == 0)', { true: [2, 4], false: [1, 3] }],
    ['groupBy(input.items, "kind").game.map(i, i.id)', ['a']],
    ['[{"k": null}, {"k": 1.5}].groupBy(i, i.k)', { null: [{ k: null }], '1.5': [{ k: 1.5 }] }],
    ['input.items.indexBy(i, i.id).a.price', 1.5],
    ['indexBy([{"id": 1, "v": "x"}, {"id": 1, "v": "y"}], "id")', { 1: { id: 1, v: 'y' } }],
    // As with && and ||, an error of one item does not matter when another one decides.
    ['[0, 1].exists(n, 1 / n > 0)', true],
    ['[0, 1].all(n, 1 / n < 0)', false],
  ]);
  refuses([
    ['input.name.map(c, c)', 'type_mismatch', 'x.map(i, value) takes a list or an object, but input.name is text'],
    [
      'input.nothing.filter(i, true)',
      'type_mismatch',
      'x.filter(i, condition) takes a list or an object, but input.nothing is null',
    ],
    ['input.items.filter(i, i.id)', 'type_mismatch', 'x.filter(i, condition) takes a condition, but i.id is text'],
    ['input.items.map(i, i.id, 1)', 'type_mismatch', 'x.map(i, value) takes a condition, but i.id is text'],
    ['[0, 1].all(n, 1 / n > 0)', 'division_by_zero', 'n is 0, and nothing can be divided by it'],
    ['[0, 1].exists(n, 1 / n < 0)', 'division_by_zero', 'n is 0, and nothing can be divided by it'],
    ['[0, 1].exists_one(n, 1 / n > 0)', 'division_by_zero', 'n is 0, and nothing can be divided by it'],
    [
      '[1, "a"].sortBy(i, i)',
      'type_mismatch',
      '[1, "a"] can only be sorted when i of its items are all numbers, all texts or all of another kind that has an order, not text and a number',
    ],
    ['input.items.groupBy(i, i)', 'type_mismatch', 'x.groupBy(i, key) takes text as a key, but i is an object'],
    ['sortBy(input.items, "prize")', 'missing_field', 'item.prize is missing; item has: id, price, kind'],
  ]);

  it('keep the order of equal keys', () => {
    const items = Array.from({ length: 50 }, (_, index) => ({ key: index % 3, index }));
    const sorted = evaluate('input.sortBy(i, i.key)', items) as typeof items;
    expect(sorted).toEqual([...items].sort((a, b) => a.key - b.key || a.index - b.index));
  });

  it('put any text under a key, also names that mean something in JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', 'a'];
    const index = evaluate('input.indexBy(n, n)', names) as object;
    expect(Object.keys(index)).toEqual(names);
    expect(Object.getPrototypeOf(index)).toBe(Object.prototype);
  });
});

describe('lists', () => {
  rows([
    ['["a", "b"].join("-")', 'a-b'],
    ['join([1, true, "x"], "")', '1truex'],
    ['["a", "b"].join()', 'ab'],
    ['[].join(",")', ''],
    ['[3, 1, 2].sort()', [1, 2, 3]],
    ['sort(["b", "B", "a"])', ['B', 'a', 'b']],
    ['[10, 9, 1].sort()', [1, 9, 10]],
    ['[].sort()', []],
    ['[1, 1.0, "1", 1, null, null].unique()', [1, '1', null]],
    ['unique([{"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": 1}])', [{ a: 1, b: [2] }, { a: 1 }]],
    ['[[1], 2, [[3], 4]].flatten()', [1, 2, [3], 4]],
    ['flatten([])', []],
    ['[1, 2, 3].reverse()', [3, 2, 1]],
    ['reverse(["a"])', ['a']],
    ['sum([1, 2.5])', 3.5],
    ['[1, 2].sum()', 3],
    ['min([3, 1, 2])', 1],
    ['max(3, 4)', 4],
    ['max(["a", "c", "b"])', 'c'],
    ['[4, 2].min()', 2],
    ['min(timestamp("2026-01-02T00:00:00Z"), timestamp("2026-01-01T00:00:00Z"))', '2026-01-01T00:00:00Z'],
  ]);
  refuses([
    ['["a", null].join()', 'type_mismatch', 'x.join(sep) takes a list of texts, but ["a", null][1] is null'],
    ['[{}].join()', 'type_mismatch', 'x.join(sep) takes a list of texts, but [{}][0] is an object'],
    [
      '[1, "a"].sort()',
      'type_mismatch',
      '[1, "a"] can only be sorted when its items are all numbers, all texts or all of another kind that has an order, not text and a number',
    ],
    [
      '[null].sort()',
      'type_mismatch',
      '[null] can only be sorted when its items are all numbers, all texts or all of another kind that has an order, not two of null',
    ],
    ['sum([1, "2"])', 'type_mismatch', 'sum(list) takes a list of numbers, but [1, "2"][1] is text'],
    ['min([])', 'invalid_argument', 'min(list) of an empty list'],
    [
      'max(1, "a")',
      'type_mismatch',
      'max() compares two numbers, two texts or two of another kind that has an order, not text and a number',
    ],
    ['max(3)', 'type_mismatch', 'max(list) or max(a, b) takes a list, but 3 is a number'],
    ['reverse("abc")', 'type_mismatch', 'x.reverse() takes a list, but "abc" is text'],
  ]);

  it('leave what they are given as it was', () => {
    const input = { list: [3, 1, 2] };
    evaluate('[input.list.sort(), input.list.reverse(), input.list + [4]]', input);
    expect(input.list).toEqual([3, 1, 2]);
  });
});

describe('objects and anything', () => {
  rows([
    ['keys({"b": 1, "a": 2})', ['b', 'a']],
    ['values({"b": 1, "a": 2})', [1, 2]],
    ['entries({"a": 1})', [{ key: 'a', value: 1 }]],
    ['fromEntries([{"key": "a", "value": 1}, {"key": "a", "value": 2}])', { a: 2 }],
    ['entries({"a": 1, "b": 2}).map(e, {"key": e.key.upper(), "value": e.value * 10}).fromEntries()', { A: 10, B: 20 }],
    ['merge({"a": {"x": 1}, "b": 1}, {"a": {"y": 2}})', { a: { y: 2 }, b: 1 }],
    ['merge({"a": 1}, {"a": 2}, {"b": 3})', { a: 2, b: 3 }],
    ['{"a": 1}.merge({"b": 2})', { a: 1, b: 2 }],
    ['size([1, 2])', 2],
    ['"aé😀".size()', 3],
    ['len({"a": 1})', 1],
    ['size(b"\\xff\\x00")', 2],
    ['size("")', 0],
    ['string(1.50)', '1.5'],
    ['string(1e21)', '1e+21'],
    ['string(true)', 'true'],
    ['string("a")', 'a'],
    ['string(null)', ''],
    ['string([1, {"a": null}])', '[1,{"a":null}]'],
    ['string(duration("90s"))', '90s'],
    ['string(timestamp("2026-01-31T00:00:00Z"))', '2026-01-31T00:00:00Z'],
    ['int("42")', 42],
    ['int(" -7 ")', -7],
    ['int(3.9)', 3],
    ['int(-3.9)', -3],
    ['int(timestamp("1970-01-01T00:01:00Z"))', 60],
    ['double("1.5")', 1.5],
    ['double("1e3")', 1000],
    ['double(".5")', 0.5],
    ['double(duration("1500ms"))', 1.5],
  ]);
  refuses([
    ['keys([1])', 'type_mismatch', 'keys(object) takes an object, but [1] is a list'],
    ['entries(null)', 'type_mismatch', 'entries(object) takes an object, but null is null'],
    [
      'fromEntries([{"key": 1, "value": 2}])',
      'type_mismatch',
      'fromEntries(list) takes a list of {key, value}, but [{"key": 1, "value": 2}][0] is an entry whose key is a number',
    ],
    [
      'fromEntries([["a", 1]])',
      'type_mismatch',
      'fromEntries(list) takes a list of {key, value}, but [["a", 1]][0] is a list',
    ],
    ['merge({}, [])', 'type_mismatch', 'merge(a, b) takes an object, but [] is a list'],
    ['size(5)', 'type_mismatch', 'size(x) takes text, a list or an object, but 5 is a number'],
    ['int("4.5")', 'invalid_argument', '"4.5" is text that is not a whole number'],
    ['int("")', 'invalid_argument', '"" is text that is not a whole number'],
    [
      'int("9007199254740993000")',
      'invalid_argument',
      '"9007199254740993000" is beyond 2^53, where whole numbers are not exact',
    ],
    [
      'int("9007199254740993")',
      'invalid_argument',
      '"9007199254740993" is beyond 2^53, where whole numbers are not exact',
    ],
    ['double("1,5")', 'invalid_argument', '"1,5" is text that is not a number'],
    ['double("NaN")', 'invalid_argument', '"NaN" is text that is not a number'],
    ['double("1e999")', 'invalid_argument', '"1e999" is text that is not a number'],
    ['double(true)', 'type_mismatch', 'double(x) takes a number, but true is true or false'],
  ]);
});

describe('numbers', () => {
  rows([
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(2.4)', 2],
    ['round(1.005, 2)', 1.01],
    ['round(-1.005, 2)', -1.01],
    ['round(1469.055, 2)', 1469.06],
    ['round(8.345, 2)', 8.35],
    ['round(0.1 + 0.2, 10)', 0.3],
    ['round(1250, -2)', 1300],
    ['round(-1250, -2)', -1300],
    ['round(1.5e300, 2)', 1.5e300],
    ['round(9007199254740991.0, 3)', 9007199254740991],
    ['(2.34567).round(3)', 2.346],
    ['floor(-1.5)', -2],
    ['ceil(1.2)', 2],
    ['abs(-3)', 3],
    ['(-3.5).abs()', 3.5],
  ]);
  refuses([
    ['round("2")', 'type_mismatch', 'round(x, digits) takes a number, but "2" is text'],
    ['round(1, 16)', 'invalid_argument', 'round(x, digits) takes -15 to 15 digits, not 16'],
    ['round(1, 0.5)', 'invalid_argument', 'round(x, digits) takes a whole number, not 0.5'],
    ['floor(null)', 'type_mismatch', 'floor(x) takes a number, but null is null'],
  ]);
});

describe('encodings', () => {
  rows([
    ['json({"a": [1, null, "é"]})', '{"a":[1,null,"é"]}'],
    ['json(now())', '"2026-01-31T12:34:56.789Z"'],
    ['json(input.?nope)', 'null'],
    ['parseJson("{\\"a\\": [1, true]}").a[0]', 1],
    ['parseJson(" null ")', null],
    [
      'parseJson("[9007199254740992, 1e30, 12345678901234567.5, 100000000000000000000]")',
      [2 ** 53, 1e30, 12_345_678_901_234_568, 1e20],
    ],
    ['parseJson("{\\"id\\": \\"12345678901234567890\\"}").id', '12345678901234567890'],
    ['base64("héllo")', 'aMOpbGxv'],
    ['base64(b"\\xff")', '/w=='],
    ['base64Decode("aMOpbGxv")', 'héllo'],
    ['base64Decode("_w")', '/w=='],
    ['base64Decode("")', ''],
    ['base64Decode(base64("a?>~"))', 'a?>~'],
    ['sha256("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['"abc".sha256() == sha256(b"abc")', true],
    [
      'hmacSha256("key", "The quick brown fox jumps over the lazy dog")',
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    ],
    ['hmacSha256(base64Decode("_w"), "x")', '87cbc19008647982eb4ff95153d279fef451886499e9033b4d6598582ad38a00'],
    ['urlEncode("a b&c=ü/😀")', 'a%20b%26c%3D%C3%BC%2F%F0%9F%98%80'],
    ['urlEncode(42)', '42'],
  ]);
  refuses([
    [
      'parseJson("{a: 1}")',
      'invalid_argument',
      `"{a: 1}" is text that is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
    ],
    [
      'parseJson("[9007199254740993]")',
      'invalid_argument',
      '9007199254740993 is a whole number that would not be exact',
    ],
    ['parseJson("[1e999]")', 'not_finite', '1e999 is larger than numbers can be'],
    ['parseJson(1)', 'type_mismatch', 'parseJson(s) takes text, but 1 is a number'],
    ['base64Decode("a!")', 'invalid_argument', '"a!" is text that is not base64'],
    ['sha256(1)', 'type_mismatch', 'sha256(s) takes text, but 1 is a number'],
    ['urlEncode(null)', 'type_mismatch', 'urlEncode(s) takes text, but null is null'],
    ['urlEncode(input.items)', 'type_mismatch', 'urlEncode(s) takes text, but input.items is a list'],
  ]);

  it('refuses half a character in a URL', () => {
    expect(failure('urlEncode(input)', '\ud83d').message).toBe('input holds half a character');
  });

  it('keeps keys of parsed JSON as data', () => {
    const parsed = evaluate('parseJson(input)', '{"__proto__": {"x": 1}, "constructor": 2}') as object;
    expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor']);
    expect(failure('parseJson(input).x', '{"__proto__": {"x": 1}}').code).toBe('missing_field');
  });
});
