import { describe, expect, test } from 'vitest';
import { planPush, requireSeen } from '../../../src/cli/project/sync/plan-push.ts';
import { FlowMasonError } from '../../../src/core/errors.ts';
import fc from '../../setup/property.ts';

type Side = 'A' | 'B' | 'C' | '-';
const holding = (digest: Side) => (digest === '-' ? {} : { p: digest });
const plan = (base: Side | undefined, ours: Side, theirs: Side) =>
  planPush({ base: base && holding(base), ours: holding(ours), theirs: holding(theirs) });

/** `added`, `changed`, `removed`, with what of it was never seen. */
function told(...sides: Parameters<typeof plan>): string {
  const { added, changed, removed, unseen } = plan(...sides);
  const lists = Object.entries({ added, changed, removed }).flatMap(([what, list]) => (list.length > 0 ? [what] : []));
  return [...lists, ...unseen.map(({ kind }) => kind)].join(' ');
}

describe('a push', () => {
  test.each<[base: Side | undefined, ours: Side, theirs: Side, expected: string]>([
    ['A', 'A', 'A', ''],
    ['A', 'B', 'B', ''],
    ['A', '-', '-', ''],
    ['A', 'B', 'A', 'changed'],
    ['-', 'A', '-', 'added'],
    ['A', '-', 'A', 'removed'],
    ['A', 'A', 'B', 'changed changed-there'],
    ['A', 'B', 'C', 'changed changed-there'],
    ['A', '-', 'B', 'removed changed-there'],
    ['-', '-', 'A', 'removed added-there'],
    ['-', 'A', 'B', 'changed added-there'],
    ['A', 'A', '-', 'added removed-there'],
    ['A', 'B', '-', 'added removed-there'],
    [undefined, 'A', 'A', ''],
    [undefined, 'A', '-', 'added'],
    [undefined, 'A', 'B', 'changed added-there'],
    [undefined, '-', 'A', 'removed added-there'],
  ])('with base %s, files %s and org %s: %s', (base, ours, theirs, expected) => {
    expect(told(base, ours, theirs)).toBe(expected);
  });

  test('is refused with what it would undo, and how to get on', () => {
    expect(() => requireSeen(plan('A', 'B', 'A'))).not.toThrow();
    try {
      requireSeen(plan('A', 'B', 'C'));
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof FlowMasonError)) throw error;
      expect(error).toMatchObject({
        code: 'UNSEEN_CHANGES',
        exit: 5,
        hint: expect.stringContaining('fm pull'),
        details: { unseen: [{ name: 'p', kind: 'changed-there', base: 'A', ours: 'B', theirs: 'C' }] },
      });
    }
  });

  test('never undoes what the org did since the base, whatever the names are', () => {
    const names = fc.constantFrom('a', 'b', 'constructor', '__proto__', 'toString');
    const side = fc.array(fc.tuple(names, fc.constantFrom('A', 'B', 'C'))).map((list) => Object.fromEntries(list));
    const digest = (pipelines: Record<string, string>, name: string) =>
      Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
    fc.assert(
      fc.property(side, side, side, (base, ours, theirs) => {
        const { unseen } = planPush({ base, ours, theirs });
        const refused = new Set(unseen.map(({ name }) => name));
        for (const name of [...Object.keys(base), ...Object.keys(ours), ...Object.keys(theirs)]) {
          const undone = digest(theirs, name) !== digest(base, name) && digest(theirs, name) !== digest(ours, name);
          expect(refused.has(name)).toBe(undone);
        }
      }),
    );
  });
});
