import { own } from '../../json.ts';
import { quoteValue } from '../../quote.ts';
import { wildness } from '../strings.ts';
import type { ComponentRule } from './rule.ts';

/** The address is a whole one, and what only reads has no body. */
export const checkRequest: ComponentRule = ({ config }, path, { report }) => {
  const url = own(config, 'url');
  if (typeof url === 'string' && wildness(url) === 'constant' && !isWebAddress(url)) {
    const message = `\`url\` must be a whole address, found ${quoteValue(url)}`;
    const hint = 'Begin with `https://` or `http://`; what changes by environment is written `{{ vars.NAME }}`';
    report.add({ code: 'INVALID_VALUE', path: [...path, 'url'], message, hint });
  }
  const method = own(config, 'method') ?? 'GET';
  const body = own(config, 'body');
  if ((method !== 'GET' && method !== 'HEAD') || body === undefined || body === null) return;
  if (typeof body === 'string' && wildness(body) === 'any') return;
  const message = `A ${method} request has no body`;
  const hint = 'Write `query`, or another `method`';
  report.add({ code: 'INVALID_VALUE', path: [...path, 'body'], part: 'key', message, hint });
};

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}
