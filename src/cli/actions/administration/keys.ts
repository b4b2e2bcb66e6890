import type { KeyView, NewKeyView, RotatedKeyView } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { keysText, madeKeyNote } from '../../print/administration/keys.ts';
import { canAsk, say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { endsOf } from '../org/expiry.ts';
import { agreed } from '../release/decisions.ts';
import { type AdministerFlags, administer, allPages } from './administer.ts';

export interface KeyFlags extends AdministerFlags {
  readonly env: string;
  readonly 'dry-run'?: boolean;
}

type Client = Parameters<Parameters<typeof administer>[2]>[0]['client'];

export function listKeys(cwd: string, flags: KeyFlags & { readonly all: boolean }): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const keys = (await allKeys(client)).filter(({ state }) => flags.all || state === 'live');
    return { json: { keys }, text: keysText(keys, Date.now()) };
  });
}

export type Scopes = (
  | 'runs:write'
  | 'runs:read'
  | 'runs:debug'
  | 'releases:read'
  | 'deploy'
  | 'deploy:force'
  | 'admin'
)[];

export function createKey(
  cwd: string,
  name: string,
  flags: KeyFlags & { readonly scope: Scopes; readonly expires?: string | undefined },
): Promise<Outcome> {
  const { scope: scopes } = flags;
  const ends = flags.expires === undefined ? { expires_at: null } : endsOf(flags.expires);
  return administer(cwd, flags, async ({ client }) => {
    if (flags['dry-run']) {
      const json = { name, scopes, ...ends, dry_run: true };
      return { json, text: `Would make the key ${name} with ${scopes.join(', ')}` };
    }
    const made = await client.call('POST /keys', { name, scopes, ...ends });
    return shownOnce(made, flags);
  });
}

export function rotateKey(
  cwd: string,
  typed: string,
  flags: KeyFlags & { readonly overlap: number; readonly expires?: string | undefined },
): Promise<Outcome> {
  const { overlap } = flags;
  const ends = flags.expires === undefined ? {} : endsOf(flags.expires);
  return administer(cwd, flags, async ({ client }) => {
    const old = await liveKey(client, typed, flags.env);
    if (flags['dry-run'])
      return { json: { ...old, dry_run: true }, text: `Would replace the key ${old.id} (${old.name})` };
    const made = await client.call('POST /keys/:id/rotate', { id: old.id, overlap, ...ends });
    return shownOnce(made, flags);
  });
}

/** The key alone on stdout, so that `$(fm keys create …)` is it. */
function shownOnce(made: NewKeyView | RotatedKeyView, { env, json }: KeyFlags): Outcome {
  if (!json) say(madeKeyNote(made, env));
  return { json: made, text: made.key ?? '' };
}

export function revokeKey(cwd: string, typed: string, flags: KeyFlags & { readonly yes: boolean }): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const { id, name } = await liveKey(client, typed, flags.env);
    if (flags['dry-run']) return { json: { id, name, dry_run: true }, text: `Would revoke the key ${id} (${name})` };
    if (!flags.yes) await agree(id, name, flags);
    const revoked = await client.call('DELETE /keys/:id', { id });
    return { json: revoked, text: `Revoked the key ${id} (${name}); it is refused everywhere within five seconds` };
  });
}

async function agree(id: string, name: string, { env, json }: KeyFlags): Promise<void> {
  if (json || !canAsk()) {
    fail(
      'CONSENT_NEEDED',
      `Whoever calls with the key ${id} (${name}) could not any more, and it cannot be taken back`,
      {
        hint: commandLine('keys:revoke', [id, '--env', env, '--yes']),
        details: { id, name },
      },
    );
  }
  await agreed(`Revoke the key ${id} (${name})?`);
}

/** By its id, or by a name that one living key has. Throws FlowMasonError `NOT_FOUND`, `USAGE`. */
async function liveKey(client: Client, typed: string, env: string): Promise<KeyView> {
  const keys = await allKeys(client);
  const byId = keys.find(({ id }) => id === typed);
  if (byId) return byId;
  const named = keys.filter(({ name, state }) => name === typed && state === 'live');
  const [key] = named;
  if (!key) fail('NOT_FOUND', `${env} has no living key ${typed}`, { hint: commandLine('keys:list', ['--env', env]) });
  if (named.length > 1) {
    fail('USAGE', `${env} has ${named.length} living keys ${typed}: name one by its id`, {
      hint: named.map(({ id }) => id).join(' or '),
    });
  }
  return key;
}

function allKeys(client: Client): Promise<KeyView[]> {
  return allPages(async (after) => {
    const { keys: entries, next } = await client.call('GET /keys', {
      limit: '500',
      ...(after === undefined ? {} : { after }),
    });
    return { entries, next };
  });
}
