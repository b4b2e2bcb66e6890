import { printable } from '../../../core/quote.ts';
import type { SyncStep } from '../../../core/release/sync-plan.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { paragraphs } from '../section.ts';
import { commandLines } from './notice.ts';
import { sendCommand, syncCommand, type Target, targetLine, targetName } from './target.ts';

/** The files of a project against what is active somewhere. */
export interface StatusView {
  readonly target: Target;
  readonly steps: readonly SyncStep[];
  /** The file of a pipeline as messages name it; for those without one, where `fm pull` would write it. */
  readonly files: ReadonlyMap<string, string>;
  readonly active: { readonly number: number; readonly version: string } | null;
  /** The version that was synced last; null when nothing was. */
  readonly base: { readonly version: string } | null;
}

interface Group {
  readonly title: string;
  readonly takes: (step: SyncStep) => boolean;
  /** What is said of one of them, beside its file. */
  readonly note?: (step: SyncStep) => string;
  readonly commands: (target: Target, steps: readonly SyncStep[]) => string[];
}

const push = (target: Target): string[] => [sendCommand(target)];
const pull = (target: Target, steps: readonly SyncStep[]): string[] => [
  syncCommand('pull', target, steps.some(({ action }) => action === 'delete') ? ['--prune'] : []),
];

const GROUPS: readonly Group[] = [
  {
    title: 'To push',
    takes: ({ action, reason }) => action === 'keep-ours' && reason !== 'only-here',
    note: ({ ours }) => (ours === null ? 'removed here; needs --prune' : 'changed here'),
    commands: (target, steps) => [sendCommand(target, steps.some(({ ours }) => ours === null) ? ['--prune'] : [])],
  },
  {
    title: 'To pull',
    takes: ({ action, reason }) => action === 'delete' || (action === 'take-theirs' && reason !== 'only-there'),
    note: ({ action, reason }) => {
      if (action === 'delete') return 'removed there; needs --prune';
      return reason === 'known-from-history' ? 'changed there; the file is an older version' : 'changed there';
    },
    commands: pull,
  },
  {
    title: 'Both changed',
    takes: ({ action }) => action === 'merge',
    note: () => 'pull merges it, or shows the conflicts',
    commands: pull,
  },
  {
    title: 'Conflicts',
    takes: ({ action, reason }) => action === 'conflict' && reason !== 'unreadable',
    note: ({ reason }) => REASONS[reason] ?? '',
    commands: pull,
  },
  { title: 'Only here', takes: ({ reason }) => reason === 'only-here', commands: push },
  { title: 'Only there', takes: ({ reason }) => reason === 'only-there', commands: pull },
  {
    title: 'Unreadable',
    takes: ({ reason }) => reason === 'unreadable',
    note: () => 'changed there, and the file is no JSON',
    commands: () => ['fm validate'],
  },
];

/** Why two sides do not go together, in words. */
export const REASONS: Readonly<Partial<Record<SyncStep['reason'], string>>> = {
  'both-added': 'added on both sides, not in the same way',
  'ours-removed-theirs-changed': 'removed here, changed there',
  'theirs-removed-ours-changed': 'changed here, removed there',
  'not-known': 'never synced, and not the same as there',
  'both-changed': 'changed on both sides',
  unreadable: 'changed there, and the file is no JSON',
};

/** Every file that is not the same there, by what can be done, with what to type. */
export function statusText(status: StatusView, screen: Screen): string {
  const { target, steps, active, base, files } = status;
  const lines = (text: string): string => fitText(printable(text), screen.width).join('\n');
  const where = active ? `#${active.number} ${active.version}` : 'nothing is deployed there';
  const differing = steps.filter(({ action }) => action !== 'unchanged');
  if (differing.length === 0)
    return lines(active ? `in sync with ${where} of ${targetName(target)}` : `${where}, and there is no file`);
  const synced = base ? `last synced: ${base.version}` : 'never synced with it';
  const head = [targetLine(target), `active: ${where}; ${synced}`].map(lines).join('\n');
  const groups = GROUPS.map(({ title, takes, note, commands }) => {
    const members = differing.filter(takes);
    if (members.length === 0) return undefined;
    const rows = members.flatMap((step) => fileLines(files.get(step.name) ?? step.name, note?.(step) ?? '', screen));
    const heading = screen.paint('bold', title.toUpperCase());
    return [heading, ...rows, commandLines('Try:', commands(target, members), screen, '  ')].join('\n');
  });
  return paragraphs(head, ...groups);
}

function fileLines(file: string, note: string, { width }: Screen): string[] {
  const text = printable(note === '' ? file : `${file}  (${note})`);
  return fitText(text, width - 2, '  ').map((line, i) => (i === 0 ? line : `  ${line}`));
}
