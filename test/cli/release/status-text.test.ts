import { describe, expect, it } from 'vitest';
import { type StatusView, statusText } from '../../../src/cli/print/release/status-text.ts';
import { planSync } from '../../../src/core/release/sync-plan.ts';
import { expectToFit, HOSTILE, LOCAL, PIPE, PRODUCTION, terminal } from './samples.ts';

const STEPS = planSync({
  base: { both: '1', broken: '1', deleted: '1', gone: '1', mine: '1', same: '1', theirs: '1', torn: '1' },
  ours: { added: '2', both: '2', broken: '?', clash: '2', deleted: '1', mine: '2', same: '1', theirs: '1', torn: '2' },
  theirs: { both: '3', broken: '3', clash: '3', fresh: '3', gone: '1', mine: '1', same: '1', theirs: '3' },
  unreadable: new Set(['broken']),
  known: () => false,
});
const STATUS: StatusView = {
  target: LOCAL,
  steps: STEPS,
  files: new Map(STEPS.map(({ name }) => [name, `pipelines/${name}.pipeline.json`])),
  active: { number: 12, version: '1.2.0' },
  base: { version: '1.1.0' },
};

describe('files against an org', () => {
  it('stand under what can be done with them', () => {
    expect(statusText(STATUS, PIPE)).toBe(
      [
        'target: local org sqlite:///flowmason.db',
        'active: #12 1.2.0; last synced: 1.1.0',
        '',
        'TO PUSH',
        '  pipelines/gone.pipeline.json  (removed here; needs --prune)',
        '  pipelines/mine.pipeline.json  (changed here)',
        '  Try:',
        '    fm push --prune',
        '',
        'TO PULL',
        '  pipelines/deleted.pipeline.json  (removed there; needs --prune)',
        '  pipelines/theirs.pipeline.json  (changed there)',
        '  Try:',
        '    fm pull --prune',
        '',
        'BOTH CHANGED',
        '  pipelines/both.pipeline.json  (pull merges it, or shows the conflicts)',
        '  Try:',
        '    fm pull',
        '',
        'CONFLICTS',
        '  pipelines/clash.pipeline.json  (added on both sides, not in the same way)',
        '  pipelines/torn.pipeline.json  (changed here, removed there)',
        '  Try:',
        '    fm pull',
        '',
        'ONLY HERE',
        '  pipelines/added.pipeline.json',
        '  Try:',
        '    fm push',
        '',
        'ONLY THERE',
        '  pipelines/fresh.pipeline.json',
        '  Try:',
        '    fm pull',
        '',
        'UNREADABLE',
        '  pipelines/broken.pipeline.json  (changed there, and the file is no JSON)',
        '  Try:',
        '    fm validate',
      ].join('\n'),
    );
  });

  it('names the commands of the target', () => {
    const commands = (target: StatusView['target']) =>
      new Set(statusText({ ...STATUS, target }, PIPE).match(/fm \w.*/g));
    expect([...commands(PRODUCTION)]).toEqual([
      'fm deploy production --prune',
      'fm pull --prune --env production',
      'fm pull --env production',
      'fm deploy production',
      'fm validate',
    ]);
    expect([...commands({ ...LOCAL, name: 'demo' })][0]).toBe('fm push --prune --org demo');
  });

  it('are in sync', () => {
    const steps = STEPS.filter(({ action }) => action === 'unchanged');
    expect(statusText({ ...STATUS, steps }, PIPE)).toBe('in sync with #12 1.2.0 of local');
    expect(statusText({ ...STATUS, steps: [], active: null }, PIPE)).toBe(
      'nothing is deployed there, and there is no file',
    );
  });

  it('may never have been synced', () => {
    expect(statusText({ ...STATUS, base: null, active: null }, PIPE)).toMatch(
      /^target: local org sqlite:\/\/\/flowmason.db\nactive: nothing is deployed there; never synced with it\n/,
    );
  });

  it('lists every step that is not in sync once', () => {
    const text = statusText({ ...STATUS, base: null }, PIPE);
    for (const { name, action } of STEPS)
      expect(text.split(`pipelines/${name}.pipeline.json`).length - 1, name).toBe(action === 'unchanged' ? 0 : 1);
  });

  it.each([40, 80, 120])('fits into %i columns whatever somebody wrote', (width) => {
    expectToFit(statusText(STATUS, terminal(width, true)), width);
    for (const text of HOSTILE)
      expectToFit(
        statusText({ ...STATUS, files: new Map(STEPS.map(({ name }) => [name, text])) }, terminal(width)),
        width,
      );
  });
});
