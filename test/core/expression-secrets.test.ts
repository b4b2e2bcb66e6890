import { createHash, createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { evaluate, problems, resolve, revealed } from './expression-world.ts';

/** PIPELINES.md, section 3: a secret is an opaque value. */

describe('what gives a secret again', () => {
  it.each([
    ['secrets.TOKEN', 's3cr3t'],
    ['"Bearer " + secrets.TOKEN', 'Bearer s3cr3t'],
    ['secrets.TOKEN + ":" + secrets.KEY', 's3cr3t:k3y'],
    ['base64("user:" + secrets.TOKEN)', Buffer.from('user:s3cr3t').toString('base64')],
    ['"Basic " + base64(secrets.TOKEN)', `Basic ${Buffer.from('s3cr3t').toString('base64')}`],
    ['sha256(secrets.TOKEN)', createHash('sha256').update('s3cr3t').digest('hex')],
    ['secrets.TOKEN.sha256()', createHash('sha256').update('s3cr3t').digest('hex')],
    ['hmacSha256(secrets.KEY, input.name)', createHmac('sha256', 'k3y').update('Ann').digest('hex')],
    ['hmacSha256("k", secrets.TOKEN)', createHmac('sha256', 'k').update('s3cr3t').digest('hex')],
    ['input.yes ? secrets.TOKEN : secrets.KEY', 's3cr3t'],
    ['default(secrets.NOPE, secrets.KEY)', 'k3y'],
    ['secrets.?TOKEN.orValue("none")', 's3cr3t'],
    ['has(secrets.TOKEN) ? secrets.TOKEN : ""', 's3cr3t'],
  ])('%s', (source, text) => {
    expect(revealed(evaluate(source))).toBe(text);
  });

  it('and what is there instead is no secret', () => {
    expect(evaluate('secrets.?NOPE.orValue("none")')).toBe('none');
    expect(evaluate('default(secrets.NOPE, "none")')).toBe('none');
    expect(evaluate('has(secrets.NOPE)')).toBe(false);
    expect(evaluate('has(secrets.TOKEN)')).toBe(true);
  });

  it('text around it in a template, which becomes a secret as a whole', () => {
    const value = resolve({ headers: { authorization: 'Bearer {{ secrets.TOKEN }}; {{ input.name }}' }, plain: 1 });
    expect(JSON.stringify(value)).toBe('{"headers":{"authorization":"***"},"plain":1}');
    expect(inspect(value, { depth: 9 })).not.toContain('s3cr3t');
    const { authorization } = (value as { headers: { authorization: Secret } }).headers;
    expect(revealed(authorization)).toBe('Bearer s3cr3t; Ann');
    expect(authorization.names).toEqual(['TOKEN']);
    expect((resolve('{{ secrets.KEY }}{{ secrets.TOKEN }}{{ secrets.KEY }}') as Secret).names).toEqual([
      'KEY',
      'TOKEN',
    ]);
  });
});

describe('anything else is refused before the run', () => {
  it.each([
    ['secrets.TOKEN == "x"', 'secrets.TOKEN', '`==` cannot be used with a secret'],
    ['"x" != "a" + secrets.TOKEN', '"a" + secrets.TOKEN', '`!=` cannot be used with a secret'],
    ['secrets.TOKEN < "x"', 'secrets.TOKEN', '`<` cannot be used with a secret'],
    ['secrets.TOKEN in ["x"]', 'secrets.TOKEN', '`in` cannot be used with a secret'],
    ['secrets.TOKEN ? 1 : 2', 'secrets.TOKEN', 'A secret cannot decide anything'],
    ['secrets.TOKEN && true', 'secrets.TOKEN', 'A secret cannot decide anything'],
    ['!secrets.TOKEN', 'secrets.TOKEN', '`!` cannot be used with a secret'],
    ['json(secrets.TOKEN)', 'secrets.TOKEN', 'A secret cannot be given to `json()`'],
    ['string(secrets.TOKEN)', 'secrets.TOKEN', 'A secret cannot be given to `string()`'],
    ['size(secrets.TOKEN)', 'secrets.TOKEN', 'A secret cannot be given to `size()`'],
    ['secrets.TOKEN.substring(0, 1)', 'secrets.TOKEN', 'A secret cannot be given to `substring()`'],
    ['secrets.TOKEN.split("")', 'secrets.TOKEN', 'A secret cannot be given to `split()`'],
    ['secrets.TOKEN.matches("^a")', 'secrets.TOKEN', 'A secret cannot be given to `matches()`'],
    ['base64Decode(base64(secrets.TOKEN))', 'base64(secrets.TOKEN)', 'A secret cannot be given to `base64Decode()`'],
    ['[secrets.TOKEN]', 'secrets.TOKEN', 'A secret cannot be put into a list'],
    ['{"a": secrets.TOKEN}', 'secrets.TOKEN', 'A secret cannot be put into an object'],
    ['{secrets.TOKEN: 1}', 'secrets.TOKEN', 'A secret cannot be a key'],
    ['[1].map(i, secrets.TOKEN)', 'secrets.TOKEN', 'A secret cannot be put into a list'],
    ['secrets.TOKEN.map(c, c)', 'secrets.TOKEN', 'A secret has no items'],
    ['secrets.TOKEN.names', 'secrets.TOKEN', '`names` of a secret cannot be read'],
    ['secrets.TOKEN[0]', 'secrets.TOKEN', '`0` of a secret cannot be read'],
    ['input[secrets.TOKEN]', 'secrets.TOKEN', 'A secret cannot choose what is read'],
    ['secrets.TOKEN + 1', '1', 'Only text can be joined to a secret'],
    [
      '(input.yes ? secrets.TOKEN : "a") == "b"',
      'input.yes ? secrets.TOKEN : "a"',
      '`==` cannot be used with a secret',
    ],
    ['default(secrets.TOKEN, "a") == "b"', 'default(secrets.TOKEN, "a")', '`==` cannot be used with a secret'],
    ['secrets.?TOKEN.orValue("a").size()', 'secrets.?TOKEN.orValue("a")', 'A secret cannot be given to `size()`'],
    ['has(secrets.TOKEN.x)', 'secrets.TOKEN', '`x` of a secret cannot be read'],
  ])('%s', (source, marked, message) => {
    expect(problems(source)).toMatchObject([{ code: 'SECRET_MISUSE', marked, message }]);
  });

  it('also where a field may not hold secrets, with the reason of the field', () => {
    const noSecrets = 'A result would show it';
    expect(problems('"a" + secrets.TOKEN', { noSecrets })).toMatchObject([
      { code: 'SECRET_NOT_ALLOWED', marked: 'secrets.TOKEN', message: 'A result would show it' },
    ]);
    expect(problems('has(secrets.TOKEN)', { noSecrets })).toMatchObject([{ code: 'SECRET_NOT_ALLOWED' }]);
  });
});

describe('a secret that comes another way is opaque all the same', () => {
  const smuggled = { s: new Secret('s3cr3t', ['X']), list: [new Secret('s3cr3t', ['X'])] };

  it.each([
    'input.s == "s3cr3t"',
    'input.s == input.s',
    'input.s in ["s3cr3t"]',
    'input.s in ["a", "b", "c", "d", "e", "s3cr3t"]',
    'input.s < "t"',
    'input.s.size()',
    'string(input.s)',
    'json(input.s)',
    'json(input)',
    'input.list.join()',
    'input.list.sort()',
    'input.list.map(i, string(i))',
    'input.list.map(i, [i])',
    'input.s.names',
    'input.s.toString',
    'input.list.groupBy(i, i)',
    'urlEncode(input.s)',
    'parseJson(input.s)',
  ])('%s', (source) => {
    let shown: unknown;
    try {
      shown = evaluate(source, smuggled);
    } catch (error) {
      shown = error;
    }
    expect(inspect(shown, { depth: 9 })).not.toContain('s3cr3t"]');
    expect(shown === false || shown instanceof Error).toBe(true);
  });
});
