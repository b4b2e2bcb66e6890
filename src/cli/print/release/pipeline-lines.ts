import { isEmptyDiff, type PipelineDiff } from '../../../core/release/diff-pipeline.ts';
import type { StagePlace } from '../../../core/release/places.ts';
import type { ReleaseWarning } from '../../../core/release/warnings.ts';
import { changeLines } from './change-lines.ts';
import { type Line, linesOf } from './lines.ts';

/** What differs between two definitions of a pipeline, below a heading: everything but its version, which the heading has. */
export function pipelineLines(diff: PipelineDiff, columns: number): Line[] {
  if (isEmptyDiff(diff)) return linesOf(' ', 1, 'only formatting or order differs; it means the same', columns);
  const line = (sign: Line['sign'], text: string): Line[] => linesOf(sign, 1, text, columns);
  const { fields, stages, triggers, warnings } = diff;
  return [
    ...fields.filter(({ path }) => !isVersion(path)).flatMap((change) => changeLines(change, 1, columns)),
    ...stages.added.flatMap(({ id, component }) => line('+', `stage ${id} (${component})`)),
    ...stages.removed.flatMap(({ id, component }) => line('-', `stage ${id} (${component})`)),
    ...stages.renamed.flatMap(({ from, to }) => line('~', `stage ${from} is called ${to} now`)),
    ...stages.moved.flatMap(({ id, from, to }) =>
      line('~', `stage ${id} moved from ${placeText(from)} to ${placeText(to)}`),
    ),
    ...itemLines('stage', stages.changed, columns),
    ...triggers.added.flatMap((trigger) => line('+', triggerText(trigger))),
    ...triggers.removed.flatMap((trigger) => line('-', triggerText(trigger))),
    ...itemLines('trigger', triggers.changed, columns),
    ...warnings.flatMap((warning) => warningLines(warning, 1, columns)),
  ];
}

/** The pipeline's own version on both sides; undefined when it did not change. */
export function versionsOf({ fields }: PipelineDiff): string | undefined {
  const change = fields.find(({ path }) => isVersion(path));
  return change && `${String(change.before ?? 'no version')} → ${String(change.after ?? 'no version')}`;
}

export function triggerText({ id, type }: { readonly id: string; readonly type: string }): string {
  return `trigger ${id} (${type})`;
}

/** A warning with its code, and what to do about it. */
export function warningLines({ code, message, hint }: Notice, depth: number, columns: number): Line[] {
  const lines = linesOf('!', depth, `${code}  ${message}`, columns);
  return hint === undefined ? lines : [...lines, ...linesOf(' ', depth + 1, `Try: ${hint}`, columns)];
}

type Notice = Pick<ReleaseWarning, 'message' | 'hint'> & { readonly code: string };

function isVersion(path: PipelineDiff['fields'][number]['path']): boolean {
  return path.length === 1 && path[0] === 'version';
}

function itemLines(noun: string, items: PipelineDiff['stages']['changed'], columns: number): Line[] {
  return items.flatMap(({ id, changes }) => [
    ...linesOf('~', 1, `${noun} ${id}`, columns),
    ...changes.flatMap((change) => changeLines(change, 2, columns)),
  ]);
}

/** `loop_stages of orders`, `the branch true of check`, `the main graph`. */
function placeText({ owner, gate }: StagePlace): string {
  const list = owner ? `${owner.list} of ${owner.stage}` : 'the main graph';
  if (!gate) return list;
  const branches = `${gate.branches.length === 1 ? 'the branch' : 'the branches'} ${gate.branches.join(', ')} of ${gate.stage}`;
  return owner ? `${list}, ${branches}` : branches;
}
