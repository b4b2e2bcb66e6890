import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/core/mask.ts';

describe('a masker', () => {
  it('hides a secret inside text, also encoded, and in keys', () => {
    const masker = createMasker(['s3cret/+']);
    expect(masker.text('Bearer s3cret/+ !')).toBe('Bearer *** !');
    expect(masker.text(encodeURIComponent('s3cret/+'))).toBe('***');
    expect(masker.text(btoa('s3cret/+'))).toBe('***');
    expect(masker.json({ 's3cret/+': ['x', 's3cret/+'] })).toEqual({ '***': ['x', '***'] });
  });

  it('hides a short one where it stands alone, and leaves other text readable', () => {
    const masker = createMasker(['a1']);
    expect(masker.json({ a1: 'a1', b: 'ba1nana', c: ['a1', 1] })).toEqual({ a1: '***', b: 'ba1nana', c: ['***', 1] });
    expect(masker.empty).toBe(false);
  });

  it('gives the same object back when there is nothing to hide', () => {
    const value = { a: [1, 'x'] };
    expect(createMasker(['hidden']).json(value)).toBe(value);
    expect(createMasker(['']).empty).toBe(true);
  });
});
