import { join } from 'node:path';
import { tempFolder } from '../setup/fm.ts';
import { Shop } from './shop.ts';

/** Several checkouts of one project whose local org is the same database, as of people at one machine. */
export function clones(count: number, settings: object = {}): [Shop, Shop, ...Shop[]] {
  const database = `sqlite:///${join(tempFolder(), 'org.db')}`;
  const shops = Array.from(
    { length: Math.max(2, count) },
    () => new Shop({ ...settings, environments: { local: { database } } }),
  );
  // At least two.
  return shops as [Shop, Shop, ...Shop[]];
}

/** A stage that returns a text, so that versions of a pipeline can be told apart. */
export function saying(text: string, id = 'say') {
  return { id, component: 'logger', config: { message: text } };
}

/** A pipeline of one such stage, without a result. */
export function write(shop: Shop, name: string, ...texts: readonly string[]): void {
  shop.pipeline(
    name,
    texts.map((text, i) => saying(text, `say-${i + 1}`)),
    null,
  );
}

/** The documents of `--json`. */
export interface PushDocument {
  readonly done: boolean;
  readonly deployment: { readonly number: number; readonly release: string; readonly version: string } | null;
  readonly uploaded: number;
  readonly error?: { readonly code: string; readonly hint: string; readonly details: Record<string, unknown> };
}
