import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/core/suggest.ts';
import fc from '../setup/property.ts';

describe('the nearest name', () => {
  test.each([
    ['componnent', ['id', 'component', 'config'], 'component'],
    ['depend_on', ['description', 'depends_on'], 'depends_on'],
    ['http_reqest', ['http-request', 'filter'], 'http-request'],
    ['HttpRequest', ['http-request'], 'http-request'],
    ['fecth', ['fetch', 'patch'], 'fetch'],
    ['uri', ['method', 'url'], 'url'],
    ['base', ['base_url', 'body'], 'base_url'],
    ['timeout_ms', ['retry', 'timeout'], 'timeout'],
    ['GETT', ['GET', 'PUT', 'POST'], 'GET'],
  ])('%s is near %j', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  test.each([
    ['a', ['b', 'c']],
    ['xy', ['ab']],
    ['loop', ['filter', 'router']],
    ['', ['a']],
    ['same', ['same']],
    ['anything', []],
  ])('%s is near nothing of %j', (name, candidates) => {
    expect(nearest(name, candidates)).toBeUndefined();
  });

  test('one swapped, missing, added or wrong letter is forgiven in any name of four or more', () => {
    const names = ['fetch', 'summarize', 'store-result', 'validate'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.nat({ max: 3 }), (name, seed, kind) => {
        const at = 1 + (seed % (name.length - 2));
        const typed = [
          name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2),
          name.slice(0, at) + name.slice(at + 1),
          `${name.slice(0, at)}x${name.slice(at)}`,
          `${name.slice(0, at)}x${name.slice(at + 1)}`,
        ][kind];
        expect(typed === name || nearest(typed ?? '', names) === name).toBe(true);
      }),
    );
  });

  test('a name of a million letters costs no more than a long one', () => {
    expect(nearest('x'.repeat(1_000_000), ['fetch', 'y'.repeat(1_000_000)])).toBeUndefined();
  });
});
