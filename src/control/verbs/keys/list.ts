import * as v from 'valibot';
import type { KeyList } from '../../../core/api/administration.ts';
import { keyView } from '../../keys/view.ts';
import { pageOf } from '../../schema/page.ts';
import { LIMIT } from '../../schema/query.ts';
import { query } from '../../verb.ts';

/** Every key of the environment, also those that count no more, the newest first. */
export const listKeys = query({
  summary: 'List the keys, without what makes them keys',
  scope: 'admin',
  input: v.strictObject({ limit: LIMIT, after: v.optional(v.string()) }),
  async run({ control }, page): Promise<KeyList> {
    const { store, environment, clock } = control;
    const { entries, next } = pageOf(await store.keys.list(environment), page, ({ id }) => id);
    return { keys: entries.map((key) => keyView(key, clock.now())), next };
  },
});
