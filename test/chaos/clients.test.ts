import { expect, it } from 'vitest';
import { gated, killAt, momentsOf, WAYS } from '../server/client-kills.ts';
import { seeded } from './seeded.ts';

it.each(Object.entries(WAYS))(
  'fm %s, killed at each of its calls in any order, has done all or nothing, and a rerun finishes it',
  async (name, way) => {
    const { below } = seeded(`clients: ${name}`);
    const all = await gated();
    const moments = [...(await momentsOf(all, way))];
    const last = moments.at(-1);
    while (moments.length > 0) {
      const [moment] = moments.splice(below(moments.length), 1);
      if (moment) expect(await killAt(all, way, moment)).toBe(moment === last);
    }
  },
  600_000,
);
