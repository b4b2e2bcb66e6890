import { printable } from '../../../core/quote.ts';
import { shownValue } from '../../project/shown.ts';
import { timeText } from '../run/document.ts';
import { table } from '../table.ts';

/** An environment as the settings here have it. */
export interface ListedEnvironment {
  readonly name: string;
  /** Null when it is not set, or names a variable that is not set. */
  readonly url: string | null;
  readonly has_key: boolean;
}

export interface ShownEnvironment {
  readonly name: string;
  readonly protected: boolean;
  readonly promotes_from: string | null;
  readonly immutable_versions: boolean;
  readonly requires: readonly string[];
  readonly failure_webhook?: { readonly url: string; readonly secret: string | null } | null;
  readonly lock: { readonly holder: string; readonly reason: string; readonly expires_at: number | null } | null;
}

export function environmentText(environment: ShownEnvironment): string {
  const { name, promotes_from, immutable_versions, requires, lock } = environment;
  const until = lock === null || lock.expires_at === null ? '' : ` until ${timeText(lock.expires_at)}`;
  return table([
    ['environment', printable(name)],
    ['protected', environment.protected ? 'yes: releases come by promotion' : 'no'],
    ['promotes from', printable(promotes_from ?? 'nothing')],
    ['versions', immutable_versions ? 'name one release for ever' : 'are labels'],
    ['requires', printable(requires.join(', ') || 'nothing')],
    ['failed runs', printable(failureText(environment.failure_webhook ?? null))],
    ['locked', lock === null ? 'no' : printable(`by ${lock.holder}${until}: ${lock.reason}`)],
  ]);
}

function failureText(webhook: ShownEnvironment['failure_webhook']): string {
  if (!webhook) return 'are told to nobody';
  return `are told to ${webhook.url}, ${webhook.secret === null ? 'unsigned' : `signed with secrets.${webhook.secret}`}`;
}

export function environmentsText(environments: readonly ListedEnvironment[]): string {
  if (environments.length === 0) return 'no environments; fm config set staging.url https://…';
  const rows = environments.map(({ name, url, has_key }) => [
    name,
    url === null ? 'not set' : shownValue(url, false),
    has_key ? 'set' : 'not set',
  ]);
  return table(rows, ['ENVIRONMENT', 'ADDRESS', 'KEY']);
}
