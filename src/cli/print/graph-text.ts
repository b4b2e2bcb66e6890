import type { GraphView, StageView } from '../actions/graph.ts';
import { paint } from '../terminal.ts';
import { drawLanes } from './graph-lanes.ts';

/** The graph for a terminal. Rows come in an order in which the stages can run. */
export function graphText({ pipeline, version, stages }: GraphView): string {
  return [`${paint('bold', pipeline)} ${version}`, '', ...graphLines(stages)].join('\n');
}

function graphLines(stages: readonly StageView[]): string[] {
  const rows = drawLanes(stages);
  const width = Math.max(0, ...(rows ?? []).map(({ cells }) => cells.length));
  const ids = Math.max(0, ...stages.map(({ id }) => id.length));
  const components = Math.max(0, ...stages.map(({ component }) => component.length));
  return stages.flatMap((stage, i) => {
    const row = rows?.[i];
    const left = row ? `${row.cells.padEnd(width)} ` : '';
    const id = `${paint('bold', stage.id)}${' '.repeat(ids - stage.id.length)}`;
    const line = `${left}${id}  ${stage.component.padEnd(components)}  ${paint('dim', notes(stage, rows === undefined))}`;
    const below = row ? `${row.below.padEnd(width)} ` : '';
    return [line.trimEnd(), ...bodyLines(stage).map((inner) => `${below}${inner}`.trimEnd())];
  });
}

function bodyLines(stage: StageView): string[] {
  return stage.bodies.flatMap(({ field, stages }) => [
    `  ${paint('dim', field)}`,
    ...graphLines(stages).map((line) => `    ${line}`),
  ]);
}

/** What the drawing does not show; in place of one that is too wide, the dependencies, too. */
function notes({ gate, when, calls, depends_on, name }: StageView, withDependencies: boolean): string {
  const list = [];
  if (withDependencies && depends_on.length > 0) list.push(`after ${depends_on.join(', ')}`);
  if (gate) list.push(`if ${gate.stage} is ${gate.branches.join(' or ')}`);
  if (when !== null) list.push(`when ${when}`);
  if (calls !== null) list.push(`calls ${calls}`);
  if (name !== null) list.push(name);
  return list.join('; ');
}
