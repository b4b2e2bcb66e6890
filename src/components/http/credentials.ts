import { encodeBase64 } from '../../core/mask.ts';
import { StageError } from '../../core/run.ts';

export type Auth =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string };

/** A header that says who asks. */
export interface Credentials {
  /** Lower-case. */
  readonly name: string;
  readonly value: string;
  /** What to mask: secrets that were encoded together no longer look like any of them. */
  readonly encoded?: string;
}

/** The header of an `auth`. Throws StageError `VALIDATION` for a user name that cannot be sent. */
export function credentials(auth: Auth): Credentials {
  switch (auth.type) {
    case 'bearer':
      return { name: 'authorization', value: `Bearer ${auth.token}` };
    case 'basic': {
      const encoded = encodeUser(auth.username, auth.password);
      return { name: 'authorization', value: `Basic ${encoded}`, encoded };
    }
    case 'header':
      return { name: auth.name.toLowerCase(), value: auth.value };
  }
}

/** A URL without the user and password that it may hold (`https://user:password@host`), and those. */
export function takeUser(text: string): { readonly url: string; readonly auth?: Auth } {
  const url = URL.parse(text);
  if (!url || (url.username === '' && url.password === '')) return { url: text };
  const auth: Auth = { type: 'basic', username: decode(url.username), password: decode(url.password) };
  url.username = '';
  url.password = '';
  return { url: url.href, auth };
}

/** The `user-pass` of basic authentication (RFC 7617, 2). */
function encodeUser(username: string, password: string): string {
  if (username.includes(':')) {
    throw new StageError('VALIDATION', 'invalid_auth', 'The user name holds a colon, which would end it', {
      hint: 'a token that holds one goes into `password`, or into `{"type": "bearer"}`',
    });
  }
  return encodeBase64(new TextEncoder().encode(`${username}:${password}`));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
