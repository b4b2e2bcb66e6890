import { describe, expect, test } from 'vitest';
import { planSync, type SyncAction } from '../../../src/core/release/sync-plan.ts';
import fc from '../../setup/property.ts';

type Digest = 'A' | 'B' | 'C' | '-';

const holding = (digest: Digest) => (digest === '-' ? {} : { p: digest });

function plan(
  base: Digest | undefined,
  ours: Digest,
  theirs: Digest,
  known: readonly string[] = [],
  unreadable = false,
): string {
  const steps = planSync({
    base: base && holding(base),
    ours: holding(ours),
    theirs: holding(theirs),
    known: (name, digest) => name === 'p' && known.includes(digest),
    unreadable: new Set(unreadable ? ['p'] : []),
  });
  return steps.map(({ action, reason }) => `${action} ${reason}`).join(', ');
}

describe('with the release that was synced last', () => {
  test.each<[base: Digest, ours: Digest, theirs: Digest, expected: string]>([
    ['A', 'A', 'A', 'unchanged same'],
    ['A', 'B', 'B', 'unchanged same'],
    ['-', 'A', 'A', 'unchanged same'],
    ['A', '-', '-', 'unchanged gone-on-both-sides'],
    ['A', 'A', 'B', 'take-theirs only-theirs-changed'],
    ['-', '-', 'A', 'take-theirs only-there'],
    ['A', 'B', 'A', 'keep-ours only-ours-changed'],
    ['A', '-', 'A', 'keep-ours only-ours-changed'],
    ['-', 'A', '-', 'keep-ours only-here'],
    ['A', 'A', '-', 'delete theirs-removed'],
    ['A', 'B', 'C', 'merge both-changed'],
    ['A', 'B', '-', 'conflict theirs-removed-ours-changed'],
    ['A', '-', 'B', 'conflict ours-removed-theirs-changed'],
    ['-', 'A', 'B', 'conflict both-added'],
  ])('base %s, ours %s, theirs %s: %s', (base, ours, theirs, expected) => {
    expect(plan(base, ours, theirs)).toBe(expected);
    // History is not asked.
    expect(plan(base, ours, theirs, ['A', 'B', 'C'])).toBe(expected);
  });

  test('a file that is no JSON cannot be merged', () => {
    expect(plan('A', 'B', 'C', [], true)).toBe('conflict unreadable');
    expect(plan('A', 'B', 'A', [], true)).toBe('keep-ours only-ours-changed');
  });
});

describe('without one', () => {
  test.each<[ours: Digest, theirs: Digest, known: string[], expected: string]>([
    ['A', 'A', [], 'unchanged same'],
    ['-', 'A', [], 'take-theirs only-there'],
    ['A', 'B', ['A', 'B'], 'take-theirs known-from-history'],
    ['A', 'B', ['B'], 'conflict not-known'],
    ['A', '-', ['A'], 'delete theirs-removed'],
    ['A', '-', [], 'keep-ours only-here'],
  ])('ours %s, theirs %s, history %j: %s', (ours, theirs, known, expected) => {
    expect(plan(undefined, ours, theirs, known)).toBe(expected);
  });
});

describe('any sides', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'constructor', 'tostring');
  const side = fc.dictionary(name, fc.constantFrom('1', '2', '3'), { noNullPrototype: true });

  test('give one step per pipeline, sorted, and never lose an edit', () => {
    fc.assert(
      fc.property(fc.option(side, { nil: undefined }), side, side, fc.boolean(), (base, ours, theirs, known) => {
        const steps = planSync({ base, ours, theirs, known: () => known });
        const names = [...new Set([base ?? {}, ours, theirs].flatMap(Object.keys))].sort();
        expect(steps.map((step) => step.name)).toEqual(names);
        for (const { name, action, ours: mine, theirs: other, base: was } of steps) {
          expect([mine, other]).toEqual(
            [ours[name] ?? null, theirs[name] ?? null].map((digest) => (typeof digest === 'string' ? digest : null)),
          );
          const overwrites: SyncAction[] = ['take-theirs', 'delete'];
          const edited = mine !== null && (base ? mine !== was : !known);
          if (edited) expect(overwrites).not.toContain(action);
          if (action === 'delete') expect(other).toBeNull();
        }
      }),
    );
  });
});
