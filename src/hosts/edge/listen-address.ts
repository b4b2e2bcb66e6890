import * as v from 'valibot';
import { parseSettings, type Variables } from './settings.ts';

/** Where a server listens; port 0 for any that is free. */
export const LISTEN_SETTINGS = {
  FM_HOST: v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]+$/, 'Expected an address')), '127.0.0.1'),
  FM_PORT: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,5}$/, 'Expected a port'),
      v.transform(Number),
      v.maxValue(65_535, 'Expected a port'),
    ),
    '8787',
  ),
};

/** Throws FlowMasonError `INVALID_SETTING`. */
export function listenAddress(variables: Variables): { readonly hostname: string; readonly port: number } {
  const { FM_HOST, FM_PORT } = parseSettings(v.object(LISTEN_SETTINGS), variables);
  return { hostname: FM_HOST, port: FM_PORT };
}
