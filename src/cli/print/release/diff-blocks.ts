import type { NamesDiff, ReleaseDiff } from '../../../core/release/diff-release.ts';
import { changeLines } from './change-lines.ts';
import { type Line, linesOf } from './lines.ts';
import { pipelineLines, triggerText, versionsOf } from './pipeline-lines.ts';

/** A heading with what stands below it. */
export interface Block {
  readonly head: Line;
  /** The name of the pipeline; undefined for settings and needs. */
  readonly pipeline?: string;
  readonly lines: readonly Line[];
}

/** A comparison of releases as blocks: added, removed, changed pipelines, then settings and what is needed. */
export function diffBlocks(diff: ReleaseDiff, columns: number): Block[] {
  const { added, removed, changed } = diff.pipelines;
  const whole = (sign: '+' | '-', entry: (typeof added)[number]): Block => {
    const list = sign === '+' ? diff.triggers.added : diff.triggers.removed;
    const triggers = list.filter(({ pipeline }) => pipeline === entry.name);
    const head = `${entry.name}${entry.version === null ? '' : ` ${entry.version}`}  ${stagesText(entry.stages)}`;
    return block(
      linesOf(sign, 0, head, columns),
      triggers.flatMap((trigger) => linesOf(sign, 1, triggerText(trigger), columns)),
      entry.name,
    );
  };
  const blocks = [
    ...added.map((entry) => whole('+', entry)),
    ...removed.map((entry) => whole('-', entry)),
    ...changed.map(({ name, diff }) => {
      const versions = versionsOf(diff);
      const head = linesOf('~', 0, versions === undefined ? name : `${name} ${versions}`, columns);
      return block(head, pipelineLines(diff, columns), name);
    }),
    block(
      linesOf(' ', 0, 'settings', columns),
      diff.settings.flatMap((change) => changeLines(change, 1, columns)),
    ),
    block(linesOf(' ', 0, 'needs', columns), needsLines(diff.needs, columns)),
  ];
  return blocks.filter(({ pipeline, lines }) => pipeline !== undefined || lines.length > 0);
}

/** Of a heading that had to be broken, the rest stands first below it. */
function block(head: readonly Line[], lines: readonly Line[], pipeline?: string): Block {
  const [first = { sign: ' ', depth: 0, text: '' }, ...rest] = head;
  const below = rest.map((line) => ({ ...line, depth: 1 }));
  return { head: first, lines: [...below, ...lines], ...(pipeline === undefined ? undefined : { pipeline }) };
}

function stagesText(count: number): string {
  return `${count} ${count === 1 ? 'stage' : 'stages'}`;
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
