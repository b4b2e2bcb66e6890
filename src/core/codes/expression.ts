import type { CodeEntry } from './entry.ts';

const INVALID = { exit: 3, http: 422 } as const;
const FAILED = { exit: 1, http: 422 } as const;

const FUNCTIONS = `Text: x.lower() x.upper() x.trim() x.split(sep) x.replace(a, b) x.matches(re) x.contains(s) x.startsWith(s)
x.endsWith(s) x.indexOf(s) x.substring(from, to).
Lists: x.map(i, value) x.map(i, condition, value) x.filter(i, condition) x.all(i, c) x.exists(i, c) x.exists_one(i, c)
x.join(sep) x.sort() x.sortBy(i, key) x.groupBy(i, key) x.indexBy(i, key) x.unique() x.flatten() x.reverse() sum(x)
min(x) max(x); min(a, b) max(a, b).
Objects: keys(x) values(x) entries(x) fromEntries(x) merge(a, b); macros walk their keys.
Numbers: round(x, digits) floor(x) ceil(x) abs(x) int(x) double(x).
Any: size(x) len(x) string(x) json(x) parseJson(s) default(x, y) has(a.b) a.?b.orValue(y).
Time: now() timestamp(s) duration(s) date(t, format, zone).
Encodings: base64(s) base64Decode(s) sha256(s) hmacSha256(key, s) urlEncode(s) uuid().
Each can be written x.f(y) or f(x, y).`;

/** Problems that are found in an expression before anything runs. */
const WRITTEN = {
  EXPRESSION_SYNTAX: {
    ...INVALID,
    title: 'An expression that cannot be read',
    explanation:
      'Expressions are CEL: values, operators and calls, without assignments, statements or `;`. Text goes in double or single quotes, `and`, `or`, `not` are written `&&`, `||`, `!`, and equality is `==`. The message says what was expected at the marked place.',
    example: `wrong  "when": "input.status = paid and input.total > 10"
right  "when": "input.status == \\"paid\\" && input.total > 10"`,
  },
  UNKNOWN_ROOT: {
    ...INVALID,
    title: 'A name that is not known there',
    explanation:
      'A path begins with `input`, `stages`, `context`, `vars` or `secrets`, with the variable of a macro around it, or with a name that the field brings along (`item` and `index` in the condition of a filter, `trigger` in a trigger). Loop variables are read as `context.item`. A bare word is a name; text goes in quotes.',
    example: `wrong  "when": "inputs.status == paid"
right  "when": "input.status == \\"paid\\""`,
  },
  UNKNOWN_FUNCTION: {
    ...INVALID,
    title: 'A function that the language does not have',
    explanation: `The language has these functions, and nothing else can be called.\n${FUNCTIONS}`,
    example: `wrong  {{ input.name.toUpperCase() }}
right  {{ input.name.upper() }}`,
  },
  WRONG_ARGUMENTS: {
    ...INVALID,
    title: 'A call with the wrong arguments',
    explanation:
      'The function is known, but it takes another number of arguments, or a constant one cannot be right: a pattern that RE2 does not know, a key that is not text. What stands before the dot is the first argument: `x.split(",")` is `split(x, ",")`. Macros take a variable first: `items.map(i, i.name)`.',
  },
  BIND_REFUSED: {
    ...INVALID,
    title: '`cel.bind` is not part of the language',
    explanation:
      'Variables exist only in macros. To use a value twice, write it twice, or compute it in a stage of its own (`variable-set`) and read it as `context.vars.NAME`.',
  },
  HIDDEN_ROOT: {
    ...INVALID,
    title: 'A variable that would hide a root',
    explanation:
      'The variable of a macro may not be called `input`, `stages`, `context`, `vars`, `secrets`, or like a name that the field brings along, so that a name means the same everywhere in an expression.',
    example: `wrong  {{ stages.list.output.items.map(input, input.id) }}
right  {{ stages.list.output.items.map(i, i.id) }}`,
  },
  STAGE_NOT_LITERAL: {
    ...INVALID,
    title: 'A stage that is not named by its id',
    explanation:
      'Which stages an expression reads must be known before the run starts, because that is what the order of the stages is made of. So an id is always written out, and `stages` is never used as a whole.',
    example: `wrong  {{ stages[input.source].output }}
right  {{ input.source == "a" ? stages.a.output : stages["my-b"].output }}`,
  },
  UNKNOWN_STAGE_FIELD: {
    ...INVALID,
    title: 'A stage has only output, status and error',
    explanation:
      'What a stage gave is in its `output`, e.g. `stages.fetch.output.body`. `status` is one of pending, running, waiting, succeeded, failed, skipped and cancelled; `error` is null or `{type, code, message}`. An id with a hyphen goes in brackets, because `a-b` is a subtraction.',
    example: `wrong  {{ stages.fetch-page.body }}
right  {{ stages["fetch-page"].output.body }}`,
  },
  NAME_NOT_LITERAL: {
    ...INVALID,
    title: 'A variable or secret that is not named',
    explanation:
      'All variables and secrets that a file names are looked up before its first stage, and setters of `context.vars` decide the order of stages. So their names are always written out, and none of these roots is used as a whole.',
    example: `wrong  {{ vars[input.region] }}
right  {{ input.region == "eu" ? vars.EU_URL : vars.US_URL }}`,
  },
  REFUSED_KEY: {
    ...INVALID,
    title: 'A key that may not be written',
    explanation:
      '`__proto__`, `constructor` and `prototype` are refused as keys, because in JavaScript they lead out of the data. Data that really has such a key can be read through `entries(x)`.',
  },
  DUPLICATE_KEY: {
    ...INVALID,
    title: 'A key that is written twice',
    explanation: 'An object has each key once; of two values one would be lost silently. Remove one of them.',
  },
  NOT_OPTIONAL: {
    ...INVALID,
    title: '`orValue()` behind something that is not optional',
    explanation:
      'Only what is written with `.?` or `[?…]` may be absent, and only there `orValue()` says what to take instead. `default(x, y)` does the same for any path, and for null.',
    example: `wrong  {{ input.name.orValue("nobody") }}
right  {{ input.?name.orValue("nobody") }}`,
  },
  INTEGER_TOO_LARGE: {
    ...INVALID,
    title: 'A whole number that would not be exact',
    explanation:
      'Numbers are JSON numbers, which hold whole numbers exactly up to 2^53 (9007199254740992). Longer ones, such as ids of some systems, are carried as text.',
  },
  NOT_BOOLEAN: {
    ...INVALID,
    title: 'A condition that is neither true nor false',
    explanation:
      'Fields that decide something (`when`, `condition`, `until`) take an expression that gives true or false. There is no "truthy": compare, e.g. `size(x) > 0`, `x != null`, `x == "yes"`.',
  },
  SECRET_NOT_ALLOWED: {
    ...INVALID,
    title: 'A secret in a place where it would show',
    explanation:
      'Secrets are revealed only inside config fields that the component marks for them (url, headers, query, body, auth, prompt) of stages that send them away. Anywhere else they would end up in records, logs or results, or decide what happens.',
  },
  SECRET_MISUSE: {
    ...INVALID,
    title: 'Something that cannot be done with a secret',
    explanation:
      'A secret is opaque: it can be sent as it is, with text around it, and through base64, sha256 and hmacSha256, all of which give a secret again; `has`, `default` and `? :` may choose between secrets. Comparing it, cutting it, or putting it into a list, an object or JSON would show something of it.',
    example: `wrong  "headers": "{{ {\\"authorization\\": secrets.TOKEN} }}"
right  "headers": { "authorization": "Bearer {{ secrets.TOKEN }}" }`,
  },
  TEMPLATE_UNTERMINATED: {
    ...INVALID,
    title: 'A template that is not closed',
    explanation:
      'A template begins with `{{` and ends with the first `}}` outside of texts and balanced braces. The end is missing, or a quote or brace inside is not closed. To write the two braces themselves, write `\\\\{{` in JSON.',
  },
  TEMPLATE_IN_EXPRESSION: {
    ...INVALID,
    title: 'A template with something around it where an expression stands',
    explanation:
      'Fields that are expressions by nature take a bare expression, or exactly one template and nothing else. With something around it, the template would become text.',
    example: `wrong  "when": "{{ input.total }} > 3"
right  "when": "input.total > 3"`,
  },
} as const satisfies Record<string, CodeEntry>;

/** Why the evaluation of an expression failed. */
const EVALUATED = {
  missing_field: {
    ...FAILED,
    title: 'An expression read a field that is not there',
    explanation:
      'The message names what was read and which fields there are. Where the field may be absent, say what to take instead: `default(a.b, x)` or `a.?b.orValue(x)`; `has(a.b)` asks whether it is there.',
  },
  index_out_of_range: {
    ...FAILED,
    title: 'An expression read an item that is not there',
    explanation:
      'Items are counted from 0, so the last one is `x[size(x) - 1]`. Where the list may be shorter: `default(x[0], y)`, `x[?0].orValue(y)`, or `size(x) > 0 ? x[0] : y`.',
  },
  field_of_null: {
    ...FAILED,
    title: 'An expression read a field of null',
    explanation:
      'Null has no fields. Outputs of stages that were skipped, cancelled or failed under `on_error: continue` read as null. Where that may be: `default(stages.a.output.x, y)`, or ask for `stages.a.status == "succeeded"`.',
  },
  type_mismatch: {
    ...FAILED,
    title: 'Types that do not go together',
    explanation:
      'Nothing is converted silently: `+` adds two numbers or joins two texts or two lists, `<` compares two of a kind, conditions are true or false, functions take what they say. Convert with `string(x)`, `double(x)`, `int(x)`; in text, give each value its own {{ }}.',
    example: `wrong  {{ "Total: " + input.total }}
right  Total: {{ input.total }}`,
  },
  invalid_argument: {
    ...FAILED,
    title: 'A value that a function cannot work with',
    explanation:
      'The type is right, the value is not: text that is no number, no timestamp, no JSON, no base64; a substring beyond the end; the least of an empty list; a pattern that RE2 does not know; a time zone that does not exist.',
  },
  division_by_zero: {
    ...FAILED,
    title: 'A division by zero',
    explanation: 'JSON has no infinity, so `/` and `%` by 0 have no result. Ask first: `x == 0 ? 0 : total / x`.',
  },
  not_finite: {
    ...FAILED,
    title: 'A number that JSON does not have',
    explanation:
      'The result would be NaN or an infinity: larger than 1.8e308, or made of data that holds such a number. JSON cannot carry either.',
  },
  limit_exceeded: {
    ...FAILED,
    title: 'An expression that is too large or takes too much',
    explanation:
      'An expression has at most 200 parts, nested 24 deep. One evaluation takes at most 1,000,000 steps and 1 second, builds at most 4 MB, and data may nest 256 deep; all templates of a stage’s config share one such allowance, and so do all items of a filter. The limits keep an expression from taking a process down. Give it less data, or split the work into stages.',
  },
} as const satisfies Record<string, CodeEntry>;

export const EXPRESSION_CODES = { ...WRITTEN, ...EVALUATED } as const satisfies Record<string, CodeEntry>;
