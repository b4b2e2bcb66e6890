import { isIP } from 'node:net';
import { fail } from '../../../core/errors.ts';
import { addressesOf, parseNetwork } from '../fetch/private-networks.ts';
import { isLoopback } from './loopback.ts';

/** A proxy that requests go through. */
export interface ProxySetting {
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, by the variables of curl: `https_proxy` or `http_proxy`, by the scheme, and `no_proxy`, in small or
 * capital letters; undefined for none. Nothing for this machine goes through one, because its servers may be called without
 * TLS. Throws FlowMasonError `INVALID_SETTING`, without the value, which may hold a password.
 */
export function proxyFor(target: URL, variables: Variables): ProxySetting | undefined {
  const { protocol, hostname } = target;
  if (isLoopback(hostname)) return undefined;
  const [variable, text] = settingOf(variables, protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (text === '' || isExcepted(target, settingOf(variables, 'no_proxy')[1])) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url && /^https?:$/.test(url.protocol)) return { url, variable };
  fail(
    'INVALID_SETTING',
    `${variable}: Expected a proxy as http://HOST:PORT or https://HOST:PORT, found something else`,
    {
      hint: `To reach ${hostname} without it: export NO_PROXY=${hostname}`,
    },
  );
}

/** The variable in small letters before the one in capitals, as curl has it; an empty one counts as not set. */
function settingOf(variables: Variables, name: string): readonly [variable: string, value: string] {
  const capitals = name.toUpperCase();
  const variable = variables[name] ? name : capitals;
  return [variable, variables[variable]?.trim() ?? ''];
}

/** Whether one of these is the host: `*`, names with all below them, addresses, networks; each with a port or for all. */
function isExcepted({ protocol, hostname, port }: URL, exceptions: string): boolean {
  const host = bare(hostname);
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return exceptions.split(/[,\s]+/).some((text) => {
    const [, name = text, only = ownPort] = (isIP(text) === 0 && /^(.+):(\d{1,5})$/.exec(text)) || [];
    return only === ownPort && isIn(host, bare(name));
  });
}

function isIn(host: string, exception: string): boolean {
  if (exception === '*') return true;
  const network = parseNetwork(exception);
  if (network) return isIP(host) !== 0 && addressesOf([network])(host);
  const name = exception.replace(/^\*?\./, '');
  return name !== '' && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)));
}

/** Without what only some write: brackets, the dot of the root, capital letters. */
function bare(name: string): string {
  return name
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
