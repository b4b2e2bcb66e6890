import { describe, expect, it } from 'vitest';
import { OPERAND_FORMS, parseOperand } from '../../../src/cli/actions/diff/operand.ts';

const KNOWN = {
  environments: ['local', 'staging', 'production', 'eu-production', 'deadbeef', 'active'],
  orgs: ['local', 'demo'],
  pipelines: ['orders'],
};
const active = { kind: 'active' } as const;

describe('an operand of fm diff', () => {
  it.each([
    ['files', { kind: 'files' }],
    ['.', { kind: 'path', path: '.' }],
    ['..', { kind: 'path', path: '..' }],
    ['./staging', { kind: 'path', path: './staging' }],
    ['../other', { kind: 'path', path: '../other' }],
    ['/tmp/a:b', { kind: 'path', path: '/tmp/a:b' }],
    ['C:\\shop\\x.pipeline.json', { kind: 'path', path: 'C:\\shop\\x.pipeline.json' }],
    ['orders.pipeline.json', { kind: 'path', path: 'orders.pipeline.json' }],
    ['pipelines/orders', { kind: 'path', path: 'pipelines/orders' }],
    ['HEAD:', { kind: 'git', revision: 'HEAD', path: '' }],
    ['HEAD:pipelines/orders.pipeline.json', { kind: 'git', revision: 'HEAD', path: 'pipelines/orders.pipeline.json' }],
    ['HEAD~2:a:b', { kind: 'git', revision: 'HEAD~2', path: 'a:b' }],
    ['main@{1}:x', { kind: 'git', revision: 'main@{1}', path: 'x' }],
    ['org:demo', { kind: 'release', place: { org: 'demo' }, release: active }],
    ['org:demo@#3', { kind: 'release', place: { org: 'demo' }, release: { kind: 'deployment', number: 3 } }],
    ['env:active', { kind: 'release', place: { environment: 'active' }, release: active }],
    ['staging', { kind: 'release', place: { environment: 'staging' }, release: active }],
    ['prod', { kind: 'release', place: { environment: 'production' }, release: active }],
    ['deadbeef', { kind: 'release', place: { environment: 'deadbeef' }, release: active }],
    [
      'stage@v1.2.3',
      { kind: 'release', place: { environment: 'staging' }, release: { kind: 'version', version: '1.2.3' } },
    ],
    ['#12', { kind: 'release', release: { kind: 'deployment', number: 12 } }],
    ['v1.2.3', { kind: 'release', release: { kind: 'version', version: '1.2.3' } }],
    ['deadbee', { kind: 'release', release: { kind: 'digest', prefix: 'deadbee' } }],
  ])('%s', (word, operand) => expect(parseOperand(word, KNOWN)).toEqual(operand));

  it('may be the active release, where no environment has that name', () => {
    expect(parseOperand('active', { ...KNOWN, environments: [] })).toEqual({ kind: 'release', release: active });
  });

  it.each([
    ['stagin', 'Expected something to compare, found `stagin`', 'fm diff staging'],
    ['stagin@v1.2.3', 'found `stagin@v1.2.3`', 'fm diff staging@v1.2.3'],
    [
      'orders',
      'found `orders`, which is a pipeline',
      'fm diff HEAD:pipelines/orders.pipeline.json pipelines/orders.pipeline.json',
    ],
    ['demo', 'found `demo`, which is an org', 'fm diff org:demo'],
    ['demo@#3', 'found `demo@#3`, which is an org', "fm diff 'org:demo@#3'"],
    ['org:dmo', 'There is no org `dmo`; known: local, demo', 'fm diff org:demo'],
    ['org:zzz', 'There is no org `zzz`', 'fm org list'],
    ['env:stagin', 'There is no environment `stagin`', 'fm diff env:staging'],
    ['org:', 'Expected a name in `org:`', OPERAND_FORMS],
    ['org:demo@x', 'Expected a release, found `x`', '`active`, a version'],
    ['staging@', 'Expected a release, found ``', '`active`, a version'],
    ['-x:y', 'Expected a git revision before `:`', 'fm diff HEAD:pipelines/x.pipeline.json'],
    [':y', 'Expected a git revision before `:`', 'fm diff HEAD:pipelines/x.pipeline.json'],
    ['https://fm.example.com', 'found the address', 'fm config set staging.url ADDRESS'],
    ['', 'Expected something to compare, found ``', OPERAND_FORMS],
    ['zzzzzzzz', 'Expected something to compare', OPERAND_FORMS],
    ['\u001b[2Jx', 'found `\u{fffd}[2Jx`', OPERAND_FORMS],
  ])('is not %j', (word, message, hint) => {
    expect(() => parseOperand(word, KNOWN)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });
});
