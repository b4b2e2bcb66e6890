import type { StageView } from '../actions/graph.ts';

/** A graph drawn in lanes, as `git log --graph` does: one row per stage, with its dependencies coming in from above. */
export interface LaneRow {
  readonly stage: StageView;
  /** The drawing of the row: `├─●`. */
  readonly cells: string;
  /** The lanes that go on below it: `│`. */
  readonly below: string;
}

/** More lanes than this are a picture of nothing. */
const MOST_LANES = 16;

/** Undefined when the graph is too wide to be drawn. Stages come in an order in which they can run. */
export function drawLanes(stages: readonly StageView[]): LaneRow[] | undefined {
  const waiting = new Map<string, number>();
  for (const stage of stages) for (const id of stage.depends_on) waiting.set(id, (waiting.get(id) ?? 0) + 1);
  const lanes: (string | undefined)[] = [];
  const rows: LaneRow[] = [];
  let above: readonly string[] = [];
  for (const stage of stages) {
    for (const id of stage.depends_on) waiting.set(id, (waiting.get(id) ?? 1) - 1);
    const goesOn = (id: string): boolean => (waiting.get(id) ?? 0) > 0;
    const column = columnFor(stage, lanes, above, goesOn);
    const cells = drawRow(stage, column, lanes, goesOn);
    for (const [i, id] of lanes.entries()) if (id !== undefined && !goesOn(id)) lanes[i] = undefined;
    lanes[column] = goesOn(stage.id) ? stage.id : undefined;
    if (lanes.length > MOST_LANES) return undefined;
    rows.push({ stage, cells: cells.join(''), below: drawBelow(lanes) });
    above = cells.filter((_, i) => i % 2 === 0);
  }
  return rows;
}

/** What does not lead to a stage right below it. */
const ENDS = new Set([' ', '╯', '╰', '┴', '─']);

/** Straight below a dependency that nobody else waits for, else a lane of its own with nothing leading into it. */
function columnFor(
  stage: StageView,
  lanes: readonly (string | undefined)[],
  above: readonly string[],
  goesOn: (id: string) => boolean,
): number {
  const dependencies = lanes.flatMap((id, i) => (id !== undefined && stage.depends_on.includes(id) ? [i] : []));
  const straight = dependencies.find((i) => !goesOn(lanes[i] ?? ''));
  if (straight !== undefined) return straight;
  for (let i = (dependencies[0] ?? -1) + 1; ; i++) {
    if (lanes[i] === undefined && ENDS.has(above[i] ?? ' ')) return i;
  }
}

/** Lanes at even places, what lies between them at odd ones. */
function drawRow(
  stage: StageView,
  column: number,
  lanes: readonly (string | undefined)[],
  goesOn: (id: string) => boolean,
): string[] {
  const joins = (i: number): boolean =>
    i !== column && lanes[i] !== undefined && stage.depends_on.includes(lanes[i] ?? '');
  const width = Math.max(lanes.length, column + 1);
  const joined = Array.from({ length: width }, (_, i) => i).filter((i) => i === column || joins(i));
  const [first = column, last = column] = [joined[0], joined.at(-1)];
  const cell = (i: number): string => {
    if (i === column) return glyph(stage);
    const id = lanes[i];
    if (joins(i)) return junction(goesOn(id ?? ''), i > first, i < last);
    if (id !== undefined) return '│';
    return i > first && i < last ? '─' : ' ';
  };
  return Array.from({ length: width }, (_, i) => [cell(i), i >= first && i < last ? '─' : ' ']).flat();
}

/** Where a lane meets the line to the stage; `left` and `right` say where that line goes on. */
function junction(goesOn: boolean, left: boolean, right: boolean): string {
  if (left && right) return goesOn ? '┼' : '┴';
  if (right) return goesOn ? '├' : '╰';
  return goesOn ? '┤' : '╯';
}

function drawBelow(lanes: readonly (string | undefined)[]): string {
  return lanes.map((id) => (id === undefined ? '  ' : '│ ')).join('');
}

/** A gate lets others run, an owner has stages of its own. */
function glyph(stage: StageView): string {
  if (stage.bodies.length > 0) return '◉';
  return stage.component === 'conditional' || stage.component === 'router' ? '◆' : '●';
}
