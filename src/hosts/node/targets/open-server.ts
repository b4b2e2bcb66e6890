import { type Client, createClient } from '../../../client/client.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import { systemClock } from '../clock.ts';
import { randomBytes } from '../random.ts';
import type { JobIdentity } from './job-identity.ts';
import { jobKey } from './job-key.ts';
import { leadingThere } from './lead-there.ts';
import { isLoopback } from './loopback.ts';
import { serverTransport } from './server-transport.ts';
import type { Target } from './target.ts';

export interface ServerOptions {
  /** Of the environment. */
  readonly name: string;
  readonly url: string;
  readonly key: string | JobIdentity;
  /** Where the key comes from, for the error about one that is refused. */
  readonly keyFrom: string;
  /** Let the key cross the network unencrypted. */
  readonly insecure: boolean;
}

/**
 * A server by its address. Nothing is sent before the first call. Throws FlowMasonError `INVALID_SETTING`,
 * `URL_INSECURE`; its client throws `SERVER_UNREACHABLE`, `ANSWER_INVALID`, and what the server answers.
 */
export function openServer(options: ServerOptions): Target {
  const { name, url, key: given } = options;
  requireAddress(options);
  const transport = serverTransport();
  const invocation = Buffer.from(randomBytes(12)).toString('hex');
  let calls = 0;
  const key =
    typeof given === 'string' ? given : jobKey(given, { url, environment: name, transport, clock: systemClock });
  const client = createClient({
    transport,
    url,
    key,
    environment: name,
    idempotencyKey: () => `${invocation}-${++calls}`,
    clock: systemClock,
  });
  return {
    kind: 'server',
    name,
    environment: name,
    place: url,
    label: `${name} ${url}`,
    client: withSettings(leadingThere(client, `--env ${name}`), options),
    close: () => transport.close(),
  };
}

function requireAddress({ name, url, insecure }: ServerOptions): void {
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  if (username !== '' || password !== '' || search !== '' || hash !== '')
    fail('INVALID_SETTING', `\`${name}.url\` must be an address without user, password, \`?\` and \`#\``, {
      hint: `fm config set ${name}.url https://${hostname}`,
    });
  if (protocol === 'https:' || isLoopback(hostname) || insecure) return;
  fail(
    'URL_INSECURE',
    `\`${name}.url\` is ${url}: the key for ${name} would cross the network readable for everybody`,
    {
      hint: `fm config set ${name}.url ${url.replace(/^http:/, 'https:')}, or allow it: fm config set ${name}.insecure true`,
    },
  );
}

/** The client, whose errors name the setting to change. */
function withSettings(client: Client, options: ServerOptions): Client {
  const explained = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw error instanceof FlowMasonError ? explain(error, options) : error;
    }
  };
  return {
    call: (route, input, more) => explained(client.call(route, input, more)),
    open: (method, path, more) => explained(client.open(method, path, more)),
    async *events(route, input, more) {
      const events = client.events(route, input, more);
      try {
        for (;;) {
          const { done, value } = await explained(events.next());
          if (done) return;
          yield value;
        }
      } finally {
        await events.return();
      }
    },
  };
}

/** Servers of this machine have a port; an address without one was most likely cut short. */
function lacksPort(url: string): boolean {
  const { hostname, port } = new URL(url);
  return port === '' && isLoopback(hostname);
}

function explain(error: FlowMasonError, { name, url, keyFrom }: ServerOptions): FlowMasonError {
  const { code, message } = error;
  const other = (text: string, hint: string) =>
    new FlowMasonError(code, text, { hint, details: error.details, problems: error.problems, cause: error });
  switch (code) {
    case 'UNAUTHENTICATED':
      return other(`${name} does not take the key from ${keyFrom}: ${message}`, `fm config set ${name}.api_key -`);
    case 'SERVER_UNREACHABLE':
    case 'ANSWER_INVALID':
      if (lacksPort(url)) {
        const better = `fm config set ${name}.url ${new URL(url).origin}:8787`;
        return other(`${name}: ${message}`, `${better}, or whichever port fm serve has`);
      }
      return other(`${name}: ${message}`, error.hint ?? `fm config explain ${name}.url`);
    case 'ENVIRONMENT_MISMATCH':
      // Either the key is the wrong one, or the server.
      return other(
        message,
        `fm config explain ${name}.${isObject(error.details) && 'key' in error.details ? 'api_key' : 'url'}`,
      );
    default:
      return error;
  }
}
