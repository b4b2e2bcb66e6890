import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fitCommand, fitText } from '../../../src/cli/print/fit-text.ts';
import { displayWidth } from '../../../src/core/columns.ts';
import fc from '../../setup/property.ts';

describe('a text that has to fit', () => {
  it('is broken at spaces, and within words that are too long', () => {
    expect(fitText('one two three', 8)).toEqual(['one two', 'three']);
    expect(fitText('a 0123456789', 4)).toEqual(['a', '0123', '4567', '89']);
    expect(fitText('日本語', 4)).toEqual(['日本', '語']);
    expect(fitText('one two', 6, '  ')).toEqual(['  one', '  two']);
  });

  it('loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const lines = fitText(text, columns);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('a command that has to fit', () => {
  it('stays one command for a shell', () => {
    const command = "printf %s,%s,%s 'it'\\''s one word' --flag=$HOME '$HOME'";
    const broken = fitCommand(command, 20);
    expect(broken).toEqual(['printf %s,%s,%s \\', "  'it'\\''s one word' \\", '  --flag=$HOME \\', "  '$HOME'"]);
    const run = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' });
    expect(run(broken.join('\n'))).toBe(run(command));
  });

  it('is left alone where there is room', () => {
    expect(fitCommand('fm rollback --previous --org local', 40)).toEqual(['fm rollback --previous --org local']);
  });
});
