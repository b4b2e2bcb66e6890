import { describe, expect, it } from 'vitest';
import { parseReleaseWord, RELEASE_FORMS, releaseWord } from '../../../src/core/release/release-word.ts';
import { shortDigest } from '../../../src/core/release/short-digest.ts';
import fc from '../../setup/property.ts';

describe('the name of a release', () => {
  it.each([
    ['active', { kind: 'active' }],
    ['v1.2.3', { kind: 'version', version: '1.2.3' }],
    ['1.2.3', { kind: 'version', version: '1.2.3' }],
    ['1.0.0-rc.1', { kind: 'version', version: '1.0.0-rc.1' }],
    ['1.0.0+build.7', { kind: 'version', version: '1.0.0+build.7' }],
    ['#12', { kind: 'deployment', number: 12 }],
    ['12', { kind: 'deployment', number: 12 }],
    ['1234567', { kind: 'deployment', number: 1_234_567 }],
    ['123456a', { kind: 'digest', prefix: '123456a' }],
    ['DEADBEEF', { kind: 'digest', prefix: 'deadbeef' }],
    ['1e10000', { kind: 'digest', prefix: '1e10000' }],
    ['1'.repeat(64), { kind: 'digest', prefix: '1'.repeat(64) }],
  ])('%s', (word, release) => expect(parseReleaseWord(word)).toEqual(release));

  it.each([
    ['', ''],
    ['0', ''],
    ['#0', ''],
    ['-1', ''],
    ['0123456', ''],
    ['1'.repeat(10), ''],
    ['a'.repeat(65), ''],
    ['abc', ': a digest needs 7 digits or more'],
    ['1.2', ''],
    ['vv1.2.3', ''],
    ['=1.2.3', ''],
    [' 1.2.3', ''],
    ['01.2.3', ''],
    ['Active', ''],
    ['#abc', ''],
    ['\u001b[31m', ''],
  ])('is not "%s"', (word, why) => {
    expect(releaseWord(word)).toBeUndefined();
    expect(() => parseReleaseWord(word)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        hint: RELEASE_FORMS,
        message: expect.stringMatching(new RegExp(`^Expected a release, found \`[^\u001b]*\`${why}$`)),
      }),
    );
  });

  it('of the release before is a flag', () => {
    expect(() => parseReleaseWord('previous')).toThrow(expect.objectContaining({ hint: 'fm rollback --previous' }));
  });

  it('is at most one thing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdefv.#-'), maxLength: 66 }), (word) => {
        const release = releaseWord(word);
        if (/^#?[1-9]\d{0,8}$/.test(word)) expect(release?.kind).toBe('deployment');
        else if (/^v?\d+\.\d+\.\d+/.test(word)) expect([undefined, 'version']).toContain(release?.kind);
        else if (release) expect(release).toEqual({ kind: 'digest', prefix: word });
      }),
    );
  });
});

it('a digest is shown by its first twelve digits', () => {
  expect(shortDigest('0123456789abcdef'.repeat(4))).toBe('0123456789ab');
});
