import type { NamesDiff, ReleaseDiff } from '../../../core/release/diff-release.ts';
import { changeLines } from './change-lines.ts';
import { type Line, linesOf } from './lines.ts';
import { pipelineLines, triggerText, versionsOf } from './pipeline-lines.ts';

/** A heading with what stands below it. */
export interface Block {
  readonly head: Line;
  /** Whose block it is, and what the heading says beside the name; undefined for settings and needs. */
  readonly pipeline?: { readonly name: string; readonly about: string };
  readonly lines: readonly Line[];
}

/** A comparison of releases as blocks: added, removed, changed pipelines, then settings and what is needed. */
export function diffBlocks(diff: ReleaseDiff, columns: number): Block[] {
  const { added, removed, changed } = diff.pipelines;
  const whole = (sign: '+' | '-', { name, version, stages }: (typeof added)[number]): Block => {
    const list = sign === '+' ? diff.triggers.added : diff.triggers.removed;
    const triggers = list.filter(({ pipeline }) => pipeline === name);
    const about = `${version === null ? '' : `${version}  `}${stages} ${stages === 1 ? 'stage' : 'stages'}`;
    const lines = triggers.flatMap((trigger) => linesOf(sign, 1, triggerText(trigger), columns));
    return pipelineBlock(sign, { name, about }, lines, columns);
  };
  const settings = diff.settings.flatMap((change) => changeLines(change, 1, columns));
  const needed = needsLines(diff.needs, columns);
  return [
    ...added.map((entry) => whole('+', entry)),
    ...removed.map((entry) => whole('-', entry)),
    ...changed.map(({ name, diff }) =>
      pipelineBlock('~', { name, about: versionsOf(diff) ?? '' }, pipelineLines(diff, columns), columns),
    ),
    ...(settings.length > 0 ? [{ head: title('settings'), lines: settings }] : []),
    ...(needed.length > 0 ? [{ head: title('needs'), lines: needed }] : []),
  ];
}

function title(text: string): Line {
  return { sign: ' ', depth: 0, text };
}

function pipelineBlock(
  sign: '+' | '-' | '~',
  pipeline: { readonly name: string; readonly about: string },
  lines: readonly Line[],
  columns: number,
): Block {
  // Of a heading that has to be broken, the rest stands first below it.
  const [head, ...rest] = linesOf(sign, 0, `${pipeline.name} ${pipeline.about}`.trimEnd(), columns - 2);
  return { head: head ?? title(''), pipeline, lines: [...rest.map((line) => ({ ...line, depth: 1 })), ...lines] };
}

function needsLines(needs: ReleaseDiff['needs'], columns: number): Line[] {
  const lists: [string, NamesDiff][] = [
    ['variable', needs.vars],
    ['secret', needs.secrets],
    ['optional secret', needs.optional_secrets],
    ['variable of triggers', needs.trigger_vars],
    ['secret of triggers', needs.trigger_secrets],
    ['component', needs.components],
  ];
  const names = lists.flatMap(([noun, { gained, lost }]) => [
    ...gained.flatMap((name) => linesOf('+', 1, `${noun} ${name}`, columns)),
    ...lost.flatMap((name) => linesOf('-', 1, `${noun} ${name}`, columns)),
  ]);
  const versions = needs.components.changed.flatMap(({ name, before, after }) =>
    linesOf('~', 1, `component ${name} ${before} → ${after}`, columns),
  );
  return [...names, ...versions];
}

/** `+2 ~1 -1`. */
export function countsText({ pipelines: { added, changed, removed } }: ReleaseDiff): string {
  return `+${added.length} ~${changed.length} -${removed.length}`;
}

/** How the two sides of a comparison are called: `staging #11`, `files`. */
export interface Sides {
  /** Null: there is nothing to compare with. */
  readonly before: string | null;
  readonly after: string;
}

/** Each side with the project's version there. */
export function sideTexts({ version }: ReleaseDiff, { before, after }: Sides): { before: string; after: string } {
  const named = (side: string, version: string | null): string => (version === null ? side : `${side} ${version}`);
  return { before: before === null ? 'nothing' : named(before, version.before), after: named(after, version.after) };
}
