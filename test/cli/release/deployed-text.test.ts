import { describe, expect, it } from 'vitest';
import { type DeployedView, deployedText, nothingToDoText } from '../../../src/cli/print/release/deployed-text.ts';
import { DIGEST, expectToFit, HOSTILE, LOCAL, PIPE, PRODUCTION, terminal } from './samples.ts';

const PUSHED: DeployedView = {
  target: LOCAL,
  kind: 'push',
  number: 12,
  version: '1.2.0',
  digest: DIGEST,
  was: { number: 11, version: '1.1.0' },
  changes: { added: 1, changed: 2, removed: 0 },
  next: ['fm run orders --org local'],
};

describe('what became active', () => {
  it('is told with how to undo it', () => {
    expect(deployedText(PUSHED, PIPE)).toBe(
      [
        '#12 push 1.2.0 (3f2a9c1b4d5e) is active in local; was #11 1.1.0',
        '1 pipeline added, 2 changed, 0 removed',
        'To undo it:',
        '  fm rollback --previous --org local',
        'Next:',
        '  fm run orders --org local',
      ].join('\n'),
    );
  });

  it('has nothing to go back to the first time', () => {
    expect(deployedText({ ...PUSHED, target: PRODUCTION, kind: 'deploy', number: 1, was: null, next: [] }, PIPE)).toBe(
      '#1 deploy 1.2.0 (3f2a9c1b4d5e) is active in production, the first release there\n1 pipeline added, 2 changed, 0 removed',
    );
  });

  it('says of a rollback what did not go back', () => {
    const in_flight = [
      { version: '1.2.0', runs: 3 },
      { version: '1.1.0', runs: 1 },
    ];
    expect(deployedText({ ...PUSHED, kind: 'rollback', target: PRODUCTION, in_flight }, terminal(60))).toBe(
      [
        '#12 rollback 1.2.0 (3f2a9c1b4d5e) is active in production;',
        'was #11 1.1.0',
        '1 pipeline added, 2 changed, 0 removed',
        'What did not go back:',
        '  runs in flight end on the release that they began with: 3',
        '  on 1.2.0, 1 on 1.1.0',
        '  secrets and variables keep the values that they have now',
        'To undo it:',
        '  fm rollback --previous --env production',
        'Next:',
        '  fm run orders --org local',
      ].join('\n'),
    );
    expect(deployedText({ ...PUSHED, kind: 'rollback' }, PIPE)).toContain('\n  no run is in flight\n');
  });

  it('is nothing to do when it was active', () => {
    expect(nothingToDoText({ ...PUSHED, target: { ...LOCAL, name: 'demo' } }, PIPE)).toBe(
      'nothing to do: #12 1.2.0 (3f2a9c1b4d5e) is active in org demo already',
    );
  });

  it.each([40, 80, 120])('fits into %i columns whatever somebody wrote', (width) => {
    for (const text of ['1.2.0', ...HOSTILE]) {
      const deployed = { ...PUSHED, kind: 'rollback', version: text, was: { number: 1, version: text } } as const;
      expectToFit(deployedText({ ...deployed, in_flight: [{ version: text, runs: 2 }] }, terminal(width, true)), width);
      expectToFit(nothingToDoText(deployed, terminal(width)), width);
    }
  });
});
