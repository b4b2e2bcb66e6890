import { printable } from '../../../core/quote.ts';
import { shownValue } from '../../project/shown.ts';
import { commandLine } from '../../usage.ts';

/** Where a command works: a libSQL org of this machine, or a server. */
export type Target =
  | {
      readonly kind: 'org';
      readonly name: string;
      readonly database: string;
      /** Commands that name no org work on it. Default: the local one. */
      readonly default?: boolean | undefined;
    }
  | { readonly kind: 'env'; readonly name: string; readonly url: string; readonly tenant?: string | undefined };

const LOCAL = 'local';

/** `target: production https://… tenant acme`, `target: local org sqlite:///flowmason.db`. No password is in it. */
export function targetLine(target: Target): string {
  if (target.kind === 'org') return `target: ${printable(target.name)} org ${shownValue(target.database, false)}`;
  const tenant = target.tenant === undefined ? '' : ` tenant ${printable(target.tenant)}`;
  return `target: ${printable(target.name)} ${shownValue(target.url, false)}${tenant}`;
}

/** The target in a sentence: `local`, `org demo`, `production`. */
export function targetName({ kind, name }: Target): string {
  return printable(kind === 'org' && name !== LOCAL ? `org ${name}` : name);
}

/** A command for the same target. `flags` stand before `--org` or `--env`. */
export function targetCommand(command: string, target: Target, flags: readonly string[] = []): string {
  return commandLine(command, [...flags, `--${target.kind}`, target.name]);
}

/** The same for commands that work on an org when nothing else is said. */
export function syncCommand(command: string, target: Target, flags: readonly string[] = []): string {
  const implied = target.kind === 'org' && (target.default ?? target.name === LOCAL);
  return implied ? commandLine(command, flags) : targetCommand(command, target, flags);
}

/** What brings the files there: `fm push` to an org, `fm deploy` to a server. */
export function sendCommand(target: Target, flags: readonly string[] = []): string {
  return target.kind === 'org' ? syncCommand('push', target, flags) : commandLine('deploy', [target.name, ...flags]);
}
