import { describe, expect, it } from 'vitest';
import { ECHO, run } from './harness.ts';

const test = { name: 'test', input: { id: 7, items: [{ n: 1, at: 'x' }] }, snapshot: true };
const stored = { test: { output: { id: 7, items: [{ n: 1, at: 'x' }] } } };

describe('a snapshot', () => {
  it('is written the first time, compared from then on', async () => {
    const first = await run({ tests: [test] }, { pipeline: ECHO });
    expect(first.messages).toEqual([]);
    expect(first.snapshots.changed()).toEqual(stored);
    expect(first.snapshots.counts).toMatchObject({ written: 1 });

    const again = await run({ tests: [test] }, { pipeline: ECHO, stored });
    expect(again.messages).toEqual([]);
    expect(again.snapshots.changed()).toBeUndefined();

    const other = { ...test, input: { id: 7, items: [{ n: 2, at: 'x' }] } };
    const differs = await run({ tests: [other] }, { pipeline: ECHO, stored });
    expect(differs.findings).toMatchObject([
      {
        kind: 'snapshot',
        message: 'output is not what the snapshot has',
        differences: [{ path: 'items[0].n', expected: 1, actual: 2 }],
      },
    ]);
    expect(differs.snapshots.changed()).toBeUndefined();
  });

  it('is not written in CI', async () => {
    const { messages, snapshots } = await run({ tests: [test] }, { pipeline: ECHO, mode: 'none' });
    expect(messages).toEqual(['There is no snapshot, and in CI none is written']);
    expect(snapshots.changed()).toBeUndefined();
  });

  it('is not compared when the test has failed already', async () => {
    const wrong = { ...test, assertions: [{ path: 'output.id', equals: 8 }] };
    const { findings, snapshots } = await run({ tests: [wrong] }, { pipeline: ECHO });
    expect(findings.map(({ kind }) => kind)).toEqual(['assertion']);
    expect(snapshots.changed()).toBeUndefined();
  });

  it('is of any path, and ignores what may differ', async () => {
    const snapshot = [{ ignore: ['id', 'items[*].at'] }, { path: 'stages.echo.output.result.items[0]', ignore: ['*'] }];
    const first = await run({ tests: [{ ...test, snapshot }] }, { pipeline: ECHO });
    const written = first.snapshots.changed();
    expect(written).toEqual({
      test: {
        output: { id: '[ignored]', items: [{ n: 1, at: '[ignored]' }] },
        'stages.echo.output.result.items[0]': { n: '[ignored]', at: '[ignored]' },
      },
    });
    const other = { ...test, snapshot, input: { id: 9, items: [{ n: 1, at: 'y' }] } };
    expect((await run({ tests: [other] }, { pipeline: ECHO, stored: written ?? {} })).messages).toEqual([]);
  });

  it('that no test asks for is counted, and goes with an update', async () => {
    const more = { ...stored, gone: { output: 1 }, test: { ...stored.test, 'output.id': 7 } };
    const kept = await run({ tests: [test] }, { pipeline: ECHO, stored: more });
    expect([kept.messages, kept.snapshots.counts.obsolete, kept.snapshots.changed()]).toEqual([[], 2, undefined]);
    const swept = await run({ tests: [test] }, { pipeline: ECHO, stored: more, mode: 'update' });
    expect([swept.snapshots.counts.removed, swept.snapshots.changed()]).toEqual([2, stored]);
    const empty = await run({ tests: [{ ...test, snapshot: false }] }, { pipeline: ECHO, stored, mode: 'update' });
    expect(empty.snapshots.changed()).toBeNull();
  });

  it('of a skipped test stays', async () => {
    const { snapshots } = await run({ tests: [{ ...test, skip: true }] }, { pipeline: ECHO, stored, mode: 'update' });
    expect(snapshots.changed()).toBeUndefined();
  });

  it('of a path that is not there fails', async () => {
    const { messages } = await run({ tests: [{ ...test, snapshot: { path: 'output.nothing' } }] }, { pipeline: ECHO });
    expect(messages[0]).toContain('output.nothing does not exist');
  });
});
