import type { GraphView, StageView } from '../actions/graph.ts';

/** A flowchart for Markdown: owners are subgraphs, gates are diamonds, branches are labels. */
export function mermaidText({ stages }: GraphView): string {
  return ['flowchart TD', ...graphLines(stages, '', '  ')].join('\n');
}

function graphLines(stages: readonly StageView[], scope: string, indent: string): string[] {
  const name = (id: string): string => node(scope, id);
  const lines = stages.flatMap((stage) => stageLines(stage, scope, indent));
  for (const stage of stages) {
    for (const from of stage.depends_on) {
      const label = stage.gate?.stage === from ? `|${text(stage.gate.branches.join(', '))}|` : '';
      lines.push(`${indent}${name(from)} -->${label} ${name(stage.id)}`);
    }
  }
  return lines;
}

function stageLines(stage: StageView, scope: string, indent: string): string[] {
  const self = node(scope, stage.id);
  const label = text(`${stage.id}\n${stage.calls === null ? stage.component : `${stage.component}: ${stage.calls}`}`);
  const isGate = stage.component === 'conditional' || stage.component === 'router';
  if (stage.bodies.length === 0) return [`${indent}${self}${isGate ? `{${label}}` : `[${label}]`}`];
  const bodies = stage.bodies.flatMap(({ field, stages }) => {
    const inner = node(scope, `${stage.id}/${field}`);
    const scoped = graphLines(stages, `${scope}${stage.id}/${field}/`, `${indent}    `);
    return [`${indent}  subgraph ${inner} [${text(field)}]`, ...scoped, `${indent}  end`];
  });
  return [`${indent}subgraph ${self} [${label}]`, ...bodies, `${indent}end`];
}

/** An id that Mermaid takes, a different one for each stage; the prefix keeps it from being a word of Mermaid's own. */
function node(scope: string, id: string): string {
  return `s_${`${scope}${id}`.replaceAll('_', '__').replaceAll('-', '_m').replaceAll('/', '_s')}`;
}

function text(value: string): string {
  return `"${value.replaceAll('"', '#quot;').replaceAll('\n', '<br/>')}"`;
}
