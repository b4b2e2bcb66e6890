import { printable } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { counted } from '../validate.ts';
import { commandLines } from './notice.ts';
import { type Target, targetCommand, targetName } from './target.ts';

/** What a push, deployment, promotion or rollback came to. */
export interface DeployedView {
  readonly target: Target;
  readonly kind: 'push' | 'deploy' | 'promote' | 'rollback';
  readonly number: number;
  readonly version: string;
  readonly digest: Digest;
  /** What was active before. */
  readonly was: { readonly number: number; readonly version: string } | null;
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  /** Of a rollback: unfinished runs by the version of their release, which they keep. */
  readonly in_flight?: readonly { readonly version: string; readonly runs: number }[] | undefined;
  /** Commands that one may want now. */
  readonly next?: readonly string[] | undefined;
}

/** What became active where, and how to undo it. */
export function deployedText(deployed: DeployedView, screen: Screen): string {
  const { target, kind, number, version, digest, was, changes, next = [] } = deployed;
  const lines = (text: string): string[] => fitText(printable(text), screen.width);
  const before = was ? `; was #${was.number} ${was.version}` : ', the first release there';
  const head = `#${number} ${kind} ${version} (${shortDigest(digest)}) is active in ${targetName(target)}${before}`;
  const parts = [...lines(head).map((line) => screen.paint(['bold', 'green'], line)), ...lines(changesText(changes))];
  if (kind === 'rollback') parts.push(...staysLines(deployed, screen));
  if (was) parts.push(commandLines('To undo it:', [targetCommand('rollback', target, ['--previous'])], screen));
  if (next.length > 0) parts.push(commandLines('Next:', next, screen));
  return parts.join('\n');
}

/** That the release which was to be activated runs there. */
export function nothingToDoText(
  { target, number, version, digest }: Pick<DeployedView, 'target' | 'number' | 'version' | 'digest'>,
  { width }: Screen,
): string {
  const active = `#${number} ${version} (${shortDigest(digest)})`;
  return fitText(printable(`nothing to do: ${active} is active in ${targetName(target)} already`), width).join('\n');
}

function changesText({ added, changed, removed }: DeployedView['changes']): string {
  return `${counted(added, 'pipeline')} added, ${changed} changed, ${removed} removed`;
}

function staysLines({ in_flight = [] }: DeployedView, { width }: Screen): string[] {
  const runs = in_flight.map(({ version, runs }) => `${runs} on ${version}`).join(', ');
  const facts = [
    runs === '' ? 'no run is in flight' : `runs in flight end on the release that they began with: ${runs}`,
    'secrets and variables keep the values that they have now',
  ];
  return ['What did not go back:', ...facts.flatMap((fact) => fitText(printable(fact), width, '  '))];
}
