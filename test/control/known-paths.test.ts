import { expect, it } from 'vitest';
import { knownPaths } from '../../src/control/http/known-paths.ts';

/** The handlers of a path with its parameters. */
function lookUp(router: ReturnType<typeof knownPaths<string>>, method: string, path: string) {
  const [found] = router.match(method, path);
  return found.map(([handler, params]) => ({ handler, params: { ...params } }));
}

it('finds the same when it is asked again, of each method and path by itself', () => {
  const router = knownPaths<string>();
  router.add('GET', '/runs/:id', 'show');
  router.add('POST', '/runs/:id', 'change');
  for (let again = 0; again < 3; again++) {
    expect(lookUp(router, 'GET', '/runs/a')).toEqual([{ handler: 'show', params: { id: 'a' } }]);
    expect(lookUp(router, 'GET', '/runs/b')).toEqual([{ handler: 'show', params: { id: 'b' } }]);
    expect(lookUp(router, 'POST', '/runs/a')).toEqual([{ handler: 'change', params: { id: 'a' } }]);
    expect(lookUp(router, 'GET', '/nothing')).toEqual([]);
  }
});

it('finds what was added after it was asked', () => {
  const router = knownPaths<string>();
  router.add('GET', '/a', 'a');
  expect(lookUp(router, 'GET', '/b')).toEqual([]);
  router.add('GET', '/b', 'b');
  expect(lookUp(router, 'GET', '/b')).toEqual([{ handler: 'b', params: {} }]);
});

it('finds paths that nobody asks for twice, and long ones', () => {
  const router = knownPaths<string>();
  router.add('GET', '/runs/:id', 'show');
  const ids = Array.from({ length: 3_000 }, (_, at) => (at % 10 === 0 ? `${at}-${'x'.repeat(500)}` : String(at)));
  for (const id of ids) expect(lookUp(router, 'GET', `/runs/${id}`)).toEqual([{ handler: 'show', params: { id } }]);
});
