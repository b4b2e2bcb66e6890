import { describe, expect, test } from 'vitest';
import { NotJson, toJson } from '../../src/core/measure.ts';

describe('data of components', () => {
  test('is the same object when nothing has to change', () => {
    const value = { a: [1, 'x', { b: null }], c: Object.create(null) };
    expect(toJson(value, 1000).value).toBe(value);
  });

  test('honours toJSON and takes instances for what their fields say', () => {
    class Point {
      readonly x = 1;
    }
    expect(toJson({ at: new Date(0), point: new Point() }, 1000).value).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      point: { x: 1 },
    });
  });

  test.each<[string, unknown]>([
    ['a Map is not JSON', new Map([[1, 2]])],
    ['a Set is not JSON', new Set([1])],
    ['a Promise is not JSON', Promise.resolve(1)],
    ['an Error is not JSON', new TypeError('lost')],
    ['a bigint is not JSON', 1n],
  ])('that would be lost is refused: %s', (message, value) => {
    expect(() => toJson({ list: [value] }, 1000)).toThrow(new NotJson(message));
  });
});
