import type { GraphView, StageView } from '../actions/graph.ts';

/** A graph for Graphviz: `fm graph NAME --format dot | dot -Tsvg`. Bodies are clusters beside their owner. */
export function dotText({ pipeline, stages }: GraphView): string {
  const head = [
    'rankdir=LR;',
    'node [shape=box, style=rounded, fontname="Helvetica"];',
    'edge [fontname="Helvetica"];',
  ];
  return [`digraph ${text(pipeline)} {`, ...head.map((line) => `  ${line}`), ...graphLines(stages, '', '  '), '}'].join(
    '\n',
  );
}

function graphLines(stages: readonly StageView[], scope: string, indent: string): string[] {
  const node = (id: string): string => text(`${scope}${id}`);
  return stages.flatMap((stage) => {
    const isGate = stage.component === 'conditional' || stage.component === 'router';
    const label = `${stage.id}\\n${stage.calls === null ? stage.component : `${stage.component}: ${stage.calls}`}`;
    const lines = [`${indent}${node(stage.id)} [label=${text(label)}${isGate ? ', shape=diamond' : ''}];`];
    for (const from of stage.depends_on) {
      const branches = stage.gate?.stage === from ? ` [label=${text(stage.gate.branches.join(', '))}]` : '';
      lines.push(`${indent}${node(from)} -> ${node(stage.id)}${branches};`);
    }
    for (const { field, stages: body } of stage.bodies) lines.push(...bodyLines(stage, field, body, scope, indent));
    return lines;
  });
}

function bodyLines(
  owner: StageView,
  field: string,
  body: readonly StageView[],
  scope: string,
  indent: string,
): string[] {
  const inner = `${scope}${owner.id}/${field}/`;
  const firsts = body.filter((stage) => stage.depends_on.length === 0);
  return [
    `${indent}subgraph ${text(`cluster ${inner}`)} {`,
    `${indent}  label=${text(`${owner.id}: ${field}`)}; style=dashed;`,
    ...graphLines(body, inner, `${indent}  `),
    `${indent}}`,
    ...firsts.map(
      (stage) => `${indent}${text(`${scope}${owner.id}`)} -> ${text(`${inner}${stage.id}`)} [style=dashed];`,
    ),
  ];
}

/** Backslashes stay: `\n` in a label is a line end in DOT, too. */
function text(value: string): string {
  return `"${value.replaceAll('"', '\\"')}"`;
}
