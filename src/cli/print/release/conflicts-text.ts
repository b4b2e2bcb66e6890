import { displayWidth } from '../../../core/columns.ts';
import type { Json } from '../../../core/json.ts';
import { printable } from '../../../core/quote.ts';
import type { Conflict } from '../../../core/release/merge-values.ts';
import { pathText } from '../../../core/release/path-text.ts';
import type { SyncReason } from '../../../core/release/sync-plan.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { paragraphs } from '../section.ts';
import { valueText } from './change-lines.ts';
import { commandLines } from './notice.ts';
import { REASONS } from './status-text.ts';
import { syncCommand, type Target, targetName } from './target.ts';

/** A pipeline whose sides do not go together. */
export interface ConflictingPipeline {
  readonly pipeline: string;
  readonly file: string;
  readonly reason: SyncReason;
  /** Empty when the whole file is the conflict. */
  readonly conflicts: readonly Conflict[];
}

export interface ConflictsView {
  /** The command that was refused. */
  readonly command: 'pull' | 'push';
  readonly target: Target;
  readonly pipelines: readonly ConflictingPipeline[];
}

/** From so many columns on, the three values stand beside each other. */
const WIDE = 110;
const GAP = 2;
const SIDES = ['base', 'ours', 'theirs'] as const;
/** Lines of one value. */
const MOST_LINES = 8;

/** Each conflict with its values, and the ways out. */
export function conflictsText({ command, target, pipelines }: ConflictsView, screen: Screen): string {
  const where = targetName(target);
  const head =
    command === 'push'
      ? `${where} has changes that you have not seen. Nothing was pushed.`
      : `Your files and ${where} changed the same places. Nothing was written.`;
  return paragraphs(
    fitText(head, screen.width).join('\n'),
    ...pipelines.map((pipeline) => pipelineText(pipeline, screen)),
    waysOut(command, target, screen),
  );
}

function pipelineText({ pipeline, file, reason, conflicts }: ConflictingPipeline, screen: Screen): string {
  const title = fitText(printable(`${pipeline}  ${file}`), screen.width).map((line) => screen.paint('bold', line));
  if (conflicts.length > 0)
    return [...title, ...conflicts.flatMap((conflict) => conflictLines(conflict, screen))].join('\n');
  return [...title, ...fitText(REASONS[reason] ?? reason, screen.width, '  ')].join('\n');
}

function conflictLines(conflict: Conflict, screen: Screen): string[] {
  const { width } = screen;
  const place = pathText(conflict.path);
  const head = fitText(printable(place === '' ? 'the whole pipeline' : place), width, '  ');
  return [...head, ...(width >= WIDE ? beside(conflict, width) : below(conflict, width))];
}

function below(conflict: Conflict, width: number): string[] {
  return SIDES.flatMap((side) => {
    const [first = '', ...rest] = shownValue(conflict[side], width - 12);
    return [`    ${side.padEnd(8)}${first}`, ...rest.map((line) => `            ${line}`)];
  });
}

function beside(conflict: Conflict, width: number): string[] {
  const column = Math.floor((width - 4 - 2 * GAP) / SIDES.length);
  const cells = SIDES.map((side) => [side, ...shownValue(conflict[side], column)]);
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, row) => {
    const parts = cells.map((cell) => {
      const text = cell[row] ?? '';
      return text + ' '.repeat(column - displayWidth(text));
    });
    return `    ${parts.join(' '.repeat(GAP))}`.trimEnd();
  });
}

/** A value on its lines; a text of several as it reads. */
function shownValue(value: Json | undefined, columns: number): string[] {
  if (value === undefined) return ['(nothing)'];
  const lines = fitText(valueText(value), columns);
  const left = lines.length - MOST_LINES;
  return left > 0 ? [...lines.slice(0, MOST_LINES), `… ${left} more lines`] : lines;
}

/** `fm push` is refused for what was not seen, and `fm pull` is what sees it. */
function waysOut(command: ConflictsView['command'], target: Target, screen: Screen): string {
  const ways: [flag: string, what: string][] = [
    ['--ours', 'Keep yours where both changed'],
    ['--theirs', 'Take theirs where both changed'],
    ['--merge', 'Write all sides into the files as $conflict, and decide there'],
  ];
  const then = command === 'push' ? '; then push again' : '';
  return ways
    .map(([flag, what]) => {
      const title = fitText(`${what}${then}:`, screen.width).join('\n');
      return commandLines(title, [syncCommand('pull', target, [flag])], screen);
    })
    .join('\n');
}
