import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { issuerKeys } from '../../src/control/identity/issuer-keys.ts';
import { TRUST } from '../../src/control/identity/trust.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createFetch } from '../../src/hosts/node/fetch.ts';
import type { OpenWorld } from '../store/world.ts';
import { type Keyed, keyed } from './keyed.ts';

/** An issuer of identity tokens on this machine, with keys of its own. */
export interface Issuer {
  readonly url: string;
  /** Paths that it was asked for. */
  readonly asked: string[];
  /** What it answers instead, by path; `never`: nothing at all. */
  readonly answers: Map<string, { readonly status: number; readonly body: string } | 'never'>;
  /** Takes other keys from now on. */
  rotate(): Promise<void>;
  /** A token with these claims, and these of the header. */
  sign(claims: JWTPayload, header?: { readonly kid?: string }): Promise<string>;
  /** Its public key as PEM text. */
  pem(): Promise<string>;
  close(): Promise<void>;
}

/** `onSilence` is called when it has been asked and never answers. */
export async function issuer(onSilence = (): void => {}): Promise<Issuer> {
  let count = 0;
  const make = async () => ({ kid: `key-${++count}`, ...(await generateKeyPair('RS256', { extractable: true })) });
  let pair = await make();
  const asked: string[] = [];
  const answers: Issuer['answers'] = new Map();
  const server = createServer(async ({ url = '' }, response) => {
    asked.push(url);
    const other = answers.get(url);
    if (other === 'never') return onSilence();
    if (other) return void response.writeHead(other.status).end(other.body);
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: pair.kid, alg: 'RS256', use: 'sig' };
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: address, jwks_uri: `${address}/keys` },
      '/keys': { keys: [jwk] },
    };
    response.writeHead(documents[url] ? 200 : 404).end(JSON.stringify(documents[url] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return {
    url: address,
    asked,
    answers,
    async rotate() {
      pair = await make();
    },
    sign: (claims, { kid = pair.kid } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(pair.privateKey),
    async pem() {
      const { exportSPKI } = await import('jose');
      return exportSPKI(pair.publicKey);
    },
    close,
  };
}

export interface Trusting extends Keyed {
  readonly issuer: Issuer;
  /** What a job on main of acme/shop says now; undefined takes a claim away. */
  readonly claims: (more?: Readonly<Record<string, unknown>>) => JWTPayload;
  readonly exchange: (token: string) => ReturnType<typeof call>;
}

const call = (client: Client, token: string) => client.call('POST /auth/oidc', { token });

/** A control plane that trusts main of acme/shop, or these rules of its issuer. */
export async function trusting(open: OpenWorld, rules: readonly object[] = [{}]): Promise<Trusting> {
  const world = await open();
  const timers = new Set<() => void>();
  const by = await issuer(() => {
    for (const fire of timers) fire();
  });
  // Time passes for who waits in vain only.
  const clock: Clock = {
    now: () => world.clock.now(),
    after(_ms, callback) {
      timers.add(callback);
      return () => timers.delete(callback);
    },
  };
  const fetch = createFetch();
  onTestFinished(() => fetch.close());
  const rule = { provider: 'github', issuer: by.url, repository: 'acme/shop', branch: 'main', scopes: ['deploy'] };
  const trust = v.parse(TRUST, JSON.stringify(rules.map((more) => ({ ...rule, ...more }))));
  const identities = { rules: trust, keys: issuerKeys({ fetch, clock }) };
  const plane = keyed(world, { control: { identities } });
  return {
    ...plane,
    issuer: by,
    claims(more = {}) {
      const seconds = Math.floor(world.clock.now() / 1_000);
      return {
        iss: by.url,
        aud: 'flowmason:staging',
        sub: 'repo:acme/shop:ref:refs/heads/main',
        iat: seconds,
        nbf: seconds,
        exp: seconds + 300,
        repository: 'acme/shop',
        repository_id: '42',
        ref: 'refs/heads/main',
        event_name: 'push',
        sha: 'c0ffee',
        run_id: '7',
        ...more,
      };
    },
    exchange: (token) => call(plane.client(undefined), token),
  };
}
