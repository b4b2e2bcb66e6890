import { printable } from '../../../core/quote.ts';
import type { ReleaseDiff } from '../../../core/release/diff-release.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import { commandLine } from '../../usage.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { paragraphs } from '../section.ts';
import { counted } from '../validate.ts';
import { countsText } from './diff-blocks.ts';
import { diffText } from './diff-text.ts';
import { commandLines, type Notice, noticeText } from './notice.ts';
import { sendCommand, type Target, targetLine, targetName } from './target.ts';

/** What a deployment would do. */
export interface PlanView {
  readonly target: Target;
  /** What it is a plan for. */
  readonly kind: 'push' | 'deploy' | 'promote';
  readonly project: string;
  /** What is active there; null before the first release. */
  readonly base: { readonly number: number; readonly version: string; readonly digest: Digest } | null;
  readonly release: { readonly version: string; readonly digest: Digest };
  readonly diff: ReleaseDiff;
  /** Pipelines that are active there and not in the release, whose removal nobody has agreed to. */
  readonly removals: readonly string[];
  /** What keeps it from being applied. */
  readonly problems: readonly Notice[];
  /** Those of the difference may be among them; each is shown once. */
  readonly warnings: readonly Notice[];
  /** What the target does not have yet. */
  readonly upload: { readonly pipelines: number; readonly bytes: number };
  /** It is applied next, so there is nothing to type for that. */
  readonly applied?: boolean | undefined;
  /** Flags that it was made with, and that applying it needs as well. */
  readonly flags?: readonly string[] | undefined;
  /** The target's line was printed already. */
  readonly headed?: boolean | undefined;
  /** Where the server keeps it; `expires_at` is RFC 3339. `file`: where `--plan-out` wrote it. */
  readonly plan?:
    | { readonly id: string; readonly hash: string; readonly expires_at: string; readonly file?: string | undefined }
    | undefined;
}

/** A plan for a terminal: where, what, what stands in its way, and last the command that applies it. */
export function planText(plan: PlanView, screen: Screen): string {
  const { target, project, base, release, diff, removals, problems, upload } = plan;
  const lines = (text: string): string => fitText(printable(text), screen.width).join('\n');
  const named = (version: string, digest: Digest): string => `${version} (${shortDigest(digest)})`;
  const before = base ? `replaces #${base.number} ${named(base.version, base.digest)}` : 'is the first release here';
  const what = lines(`${project} ${named(release.version, release.digest)} ${before}`);
  const head = plan.headed ? what : `${lines(targetLine(target))}\n${what}`;
  if (base?.digest === release.digest)
    return `${head}\n\n${lines(`nothing to do: #${base.number} ${base.version} is active already`)}`;
  const sides = { before: base ? `${targetName(target)} #${base.number}` : null, after: `release of ${project}` };
  return paragraphs(
    head,
    plan.applied && differing(diff) > MOST ? lines(manyText(diff)) : diffText(diff, sides, screen),
    removalsText(removals, lines, screen),
    ...problems.map((problem) => noticeText(problem, 'problem', screen)),
    ...otherWarnings(plan).map((warning) => noticeText(warning, 'warning', screen)),
    [lines(uploadText(upload)), ...(plan.applied ? [] : storedLines(plan).map(lines))].join('\n'),
    plan.applied && problems.length === 0 ? '' : nextText(plan, screen),
  );
}

/** So many pipelines are not shown one by one where nobody decides about them. */
const MOST = 50;

function differing({ pipelines: { added, changed, removed } }: ReleaseDiff): number {
  return added.length + changed.length + removed.length;
}

function manyText(diff: ReleaseDiff): string {
  return `${counted(differing(diff), 'pipeline')} differ: ${countsText(diff)}`;
}

function removalsText(removals: readonly string[], lines: (text: string) => string, { width }: Screen): string {
  if (removals.length === 0) return '';
  const head = `${counted(removals.length, 'pipeline')} would be removed; needs --prune:`;
  return [lines(head), ...removals.flatMap((name) => fitText(printable(`- ${name}`), width, '  '))].join('\n');
}

function otherWarnings({ warnings, diff }: PlanView): readonly Notice[] {
  const shown = new Set(diff.warnings.map(({ code, message }) => `${code} ${message}`));
  return warnings.filter(({ code, message }) => !shown.has(`${code} ${message}`));
}

function uploadText({ pipelines, bytes }: PlanView['upload']): string {
  return pipelines === 0 ? 'nothing to upload' : `to upload: ${counted(pipelines, 'pipeline')}, ${bytesText(bytes)}`;
}

function storedLines({ plan }: PlanView): string[] {
  return plan ? [`plan ${plan.id} until ${plan.expires_at}, hash ${shortDigest(plan.hash)}`] : [];
}

function nextText(plan: PlanView, screen: Screen): string {
  const { problems } = plan;
  if (problems.length > 0) {
    const what = problems.length === 1 ? 'the problem' : `the ${problems.length} problems`;
    return fitText(
      `It cannot be applied before ${what} above ${problems.length === 1 ? 'is' : 'are'} solved.`,
      screen.width,
    ).join('\n');
  }
  return commandLines('To apply it:', [applyCommand(plan)], screen);
}

function applyCommand({ kind, target, removals, plan, flags: made = [] }: PlanView): string {
  const { file } = plan ?? {};
  const needed = removals.length > 0 ? [...made, '--prune'] : made;
  // A kept plan has in it what was agreed to: one that nobody agreed to is made again.
  const flags = file === undefined ? needed : removals.length > 0 ? [...needed, '--plan-out', file] : ['--plan', file];
  return kind === 'promote' ? commandLine('promote', [target.name, ...flags]) : sendCommand(target, flags);
}

/** A size as people read it, in steps of 1,000: `980 bytes`, `12.3 kB`, `4.5 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, 'byte');
  return bytes < 999_950 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
