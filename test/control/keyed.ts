import type { Hono } from 'hono';
import { type Client, createClient } from '../../src/client/client.ts';
import type { Scope } from '../../src/control/control.ts';
import { type AppOptions, createApp } from '../../src/control/http/app.ts';
import type { AppEnv } from '../../src/control/http/app-env.ts';
import { authenticate } from '../../src/control/http/authenticate.ts';
import type { RateLimit } from '../../src/control/http/rate-limit.ts';
import { KEY_BYTES, makeAccessKey } from '../../src/core/access-key.ts';
import type { World } from '../store/world.ts';
import { asDescribed } from './answers.ts';
import { type PlaneOptions, planeIn } from './plane.ts';

const NO_LIMIT: RateLimit = { take: async () => 0 };

/** A control plane that asks for keys, as a server is. */
export interface Keyed extends World {
  readonly app: Hono<AppEnv>;
  /** Sends what a client sends. */
  readonly send: (path: string, init?: RequestInit & { key?: string | undefined }) => Promise<Response>;
  readonly client: (key: string | undefined, idempotencyKey?: () => string) => Client;
  /** Stores a key with these scopes; answers the whole of it. */
  readonly key: (name: string, ...scopes: Scope[]) => Promise<string>;
}

export interface KeyedOptions extends PlaneOptions {
  readonly bootstrap?: string;
  readonly rate?: RateLimit;
  readonly app?: Partial<AppOptions>;
}

let made = 0;

/** A key that no other test has. */
export function freshKey(environment = 'staging') {
  made++;
  const chance = Uint8Array.from({ length: KEY_BYTES }, (_, at) => (made >> (8 * (at % 4))) & 0xff);
  return makeAccessKey(environment, chance);
}

export function keyed(world: World, options: KeyedOptions = {}): Keyed {
  const { bootstrap, rate = NO_LIMIT } = options;
  const control = planeIn(world, options);
  let requests = 0;
  const app = createApp({
    admit: authenticate({ control, bootstrap, rate }),
    requestId: () => `req-${++requests}`,
    ...options.app,
  });
  const transport = asDescribed((request) => app.fetch(request));
  return {
    ...world,
    app,
    async send(path, { key, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
      return transport(new Request(`http://local${path}`, { ...init, headers }));
    },
    client: (key, idempotencyKey) => createClient({ transport, url: 'http://local', key, idempotencyKey }),
    async key(name, ...scopes) {
      const { environment } = control;
      const { id, key } = freshKey(environment);
      await world.store.keys.create({ id, environment, name, secret: key, scopes, actor: 'ada' });
      return key;
    },
  };
}
