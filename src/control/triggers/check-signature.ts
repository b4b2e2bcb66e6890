import { SEES_SECRETS } from '../../core/compile/triggers.ts';
import { parseDuration } from '../../core/duration.ts';
import { fail } from '../../core/errors.ts';
import { compileTemplate } from '../../core/expression/template.ts';
import type { SecretSource } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { SignatureDefinition } from './read.ts';

/** What a sender sent, as far as its signature goes. */
export interface Signed {
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A signature that was right. */
export interface Proof {
  /** What tells it from others; undefined where there is none, or nobody asked to remember it. */
  readonly signature: string | undefined;
  /** How long it is remembered, milliseconds: the same again starts nothing. */
  readonly remember: number;
}

interface Scheme {
  readonly algorithm: keyof typeof HASHES;
  /** The bytes of the signatures that came, one of which has to be right; and what they are over. */
  readonly candidates: readonly Uint8Array<ArrayBuffer>[];
  readonly message: Uint8Array<ArrayBuffer>;
  readonly remember: number;
}

const HASHES = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
const STRIPE_TOLERANCE = 300_000;
/** Signatures of one call that are looked at: a sender that changes its secret sends two. */
const MOST_CANDIDATES = 8;

/**
 * Checks the signature of a webhook's call over its raw bytes. `now` in epoch milliseconds; `secrets` is absent where
 * only workers can read them. Throws FlowMasonError `HOOK_SIGNATURE`, the same whatever is wrong, `HOOK_UNAVAILABLE`.
 */
export async function checkSignature(
  definition: SignatureDefinition,
  signed: Signed,
  { secrets, now }: { readonly secrets: SecretSource | undefined; readonly now: number },
): Promise<Proof> {
  if (definition.scheme === 'none') return { signature: undefined, remember: 0 };
  const scheme = schemeOf(definition, signed, now);
  const key = await keyOf(definition.secret ?? '', secrets);
  const algorithm = { name: 'HMAC', hash: HASHES[scheme.algorithm] };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['verify']);
  const { candidates, message, remember } = scheme;
  for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
    // Compares in constant time.
    if (!(await crypto.subtle.verify(algorithm, imported, candidate, message))) continue;
    return { signature: remember === 0 ? undefined : hexOf(candidate), remember };
  }
  return refuse();
}

function schemeOf(definition: SignatureDefinition, signed: Signed, now: number): Scheme {
  if (definition.scheme === 'stripe') return stripe(definition, signed, now);
  const isGithub = definition.scheme === 'github';
  const header = isGithub ? 'x-hub-signature-256' : (definition.header ?? '');
  const prefix = isGithub ? 'sha256=' : (definition.prefix ?? '');
  const { encoding = 'hex', algorithm = 'sha256' } = isGithub ? {} : definition;
  const sent = signed.headers.get(header) ?? refuse();
  if (!sent.startsWith(prefix)) refuse();
  const text = sent.slice(prefix.length);
  const bytes = (encoding === 'hex' ? hexBytes(text) : base64Bytes(text)) ?? refuse();
  const remember = parseDuration(definition.tolerance) ?? 0;
  return { algorithm, candidates: [bytes], message: signed.body, remember };
}

/** `t=1700000000,v1=…,v1=…`: over the time, a dot and the body (docs.stripe.com/webhooks#verify-manually). */
function stripe({ tolerance }: SignatureDefinition, { headers, body }: Signed, now: number): Scheme {
  const parts = (headers.get('stripe-signature') ?? refuse()).split(',').map((part) => part.trim().split('='));
  const valuesOf = (name: string): string[] => parts.flatMap(([key, value]) => (key === name ? [value ?? ''] : []));
  const [time, ...more] = valuesOf('t');
  if (time === undefined || more.length > 0 || !/^\d{1,12}$/.test(time)) refuse();
  const limit = parseDuration(tolerance) ?? STRIPE_TOLERANCE;
  if (Math.abs(now - Number(time) * 1_000) > limit) refuse();
  const candidates = valuesOf('v1').flatMap((text) => hexBytes(text) ?? []);
  const head = new TextEncoder().encode(`${time}.`);
  const message = new Uint8Array(head.length + body.length);
  message.set(head);
  message.set(body, head.length);
  // Twice the tolerance: a sender's clock may be ahead by as much.
  return { algorithm: 'sha256', candidates, message, remember: 2 * limit };
}

async function keyOf(secret: string, source: SecretSource | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const compiled = compileTemplate(secret, SEES_SECRETS);
  if (!compiled.ok) return unavailable('its `secret` is not a template of this version');
  const { references, constant } = compiled.value;
  const names = [...references.secrets, ...references.optionalSecrets];
  if (constant || names.length === 0) return encoded(secret);
  if (!source) return unavailable('this server cannot read secrets; only workers can');
  const values = await source.read(names);
  const missing = names.filter((name) => !values.has(name));
  if (missing.length > 0) return unavailable('the secret that signs it is not set on this server');
  const value = compiled.value.resolve({
    input: null,
    context: {},
    vars: {},
    secrets: new Map([...values].map(([name, text]) => [name, new Secret(text, [name])])),
    stage: () => undefined,
    now: 0,
    uuids: { seed: '', count: 0 },
  });
  return encoded(value instanceof Secret ? Secret.reveal(value) : String(value));
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  // An empty key would be anybody's.
  return text === ''
    ? unavailable('the secret that signs it is empty')
    : new Uint8Array(new TextEncoder().encode(text));
}

function hexBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function refuse(): never {
  fail('HOOK_SIGNATURE', 'The signature is missing, wrong or too old');
}

function unavailable(why: string): never {
  fail('HOOK_UNAVAILABLE', `The signature cannot be checked now: ${why}`, { details: { retry_after: 60 } });
}
