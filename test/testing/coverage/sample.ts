import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compilePipeline } from '../../../src/core/compile/compile-pipeline.ts';
import type { Graph, PlannedStage } from '../../../src/core/plan.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import { builtInDescriptors } from '../../../src/hosts/node/components/built-in.ts';
import {
  type BranchCoverage,
  type Coverage,
  type EdgeCoverage,
  type PipelineCoverage,
  type ReportOptions,
  type StageCoverage,
  totalsOf,
} from '../../../src/testing/coverage/coverage.ts';
import { ROOT } from '../../setup/fm.ts';

export const OPTIONS: ReportOptions = {
  at: Date.UTC(2026, 10, 28, 9, 30),
  version: '1.2.3',
  project: 'shop',
  root: '/home/ada/shop',
};

export function coverageOf(...pipelines: PipelineCoverage[]): Coverage {
  return { pipelines, totals: totalsOf(pipelines) };
}

export function stage(id: string, line: number, hits: number, more: Partial<StageCoverage> = {}): StageCoverage {
  return { id, component: 'logger', line, hits, branches: [], ...more };
}

export function branch(kind: BranchCoverage['kind'], name: string, hits: number): BranchCoverage {
  return { kind, name, hits };
}

export function pipeline(
  name: string,
  stages: readonly StageCoverage[],
  more: Partial<PipelineCoverage> = {},
): PipelineCoverage {
  const runs = Math.max(0, ...stages.map(({ hits }) => hits));
  const file = `pipelines/${name}.pipeline.json`;
  return { pipeline: name, version: '0.1.0', file, text: textOf(name, stages), stages, edges: [], runs, ...more };
}

/** A file with each stage's first brace on its line; lines that are not known come last. */
function textOf(name: string, stages: readonly StageCoverage[]): string {
  const lines = ['{', `  "name": ${JSON.stringify(name)},`, '  "stages": ['];
  for (const { id, component, line } of stages) {
    while (lines.length < line - 1) lines.push('');
    const text = `{ "id": ${JSON.stringify(id)}, "component": ${JSON.stringify(component)} },`;
    if (lines.length === line - 1) lines.push(`    ${text}`);
    else lines[lines.length - 1] += ` ${text}`;
  }
  return [...lines, '  ]', '}', ''].join('\n');
}

/** How often each stage of a real pipeline ran, branches by `kind name`; what is not named did not. */
export type Hits = Readonly<Record<string, { readonly ran: number; readonly took?: Readonly<Record<string, number>> }>>;

/** A pipeline of the templates, with the stages, branches and edges that its plan has. */
export function templateCoverage(template: string, name: string, hits: Hits): PipelineCoverage {
  const file = `pipelines/${name}.pipeline.json`;
  const text = readFileSync(join(ROOT, 'src', 'templates', template, file), 'utf8');
  const source = parseSource(text, { file: basename(file) });
  const descriptors = new Map(builtInDescriptors().map((descriptor) => [descriptor.name, descriptor]));
  const { plan, problems } = compilePipeline(source, { descriptors });
  if (!plan) throw new Error(`${name} does not compile: ${problems.map(({ message }) => message).join('; ')}`);
  const order = plan.definition.stages.map(({ id }) => id);
  const lineOf = (id: string): number => source.locate(['stages', order.indexOf(id)])?.line ?? 0;
  const stages: StageCoverage[] = [];
  const edges: EdgeCoverage[] = [];
  const walk = (graph: Graph, owner: StageCoverage['owner']): void => {
    for (const planned of graph.stages) {
      const { ran = 0, took = {} } = hits[planned.id] ?? {};
      const branches = branchesOf(planned).map(([kind, way]) => branch(kind, way, took[`${kind} ${way}`] ?? 0));
      stages.push({
        id: planned.id,
        component: planned.component.name,
        line: lineOf(planned.id),
        hits: ran,
        branches,
        owner,
      });
      for (const index of planned.dependencies) {
        const from = graph.stages[index]?.id ?? '';
        const both = Math.min(ran, hits[from]?.ran ?? 0);
        const gate = planned.gate?.index === index ? planned.gate : undefined;
        edges.push({ from, to: planned.id, kind: gate ? 'gate' : 'dependency', branches: gate?.branches, hits: both });
      }
      for (const [field, body] of Object.entries(planned.bodies)) walk(body, { stage: planned.id, field });
    }
  };
  walk(plan.main, undefined);
  stages.sort((a, b) => a.line - b.line);
  const runs = Math.max(0, ...stages.filter(({ owner }) => !owner).map((one) => one.hits));
  return { pipeline: plan.name, version: plan.version, file, text, stages, edges, runs };
}

function branchesOf({ component, definition, retry, onError, bodies }: PlannedStage) {
  const ways: [kind: BranchCoverage['kind'], name: string][] = [];
  if (definition.when !== undefined) ways.push(['when', 'true'], ['when', 'false']);
  if (component.name === 'conditional') ways.push(['conditional', 'true'], ['conditional', 'false']);
  if (component.name === 'trycatch' && bodies.catch_stages) ways.push(['trycatch', 'error'], ['trycatch', 'no error']);
  if (component.name === 'foreach')
    for (const name of ['0 items', '1 item', 'many items']) ways.push(['foreach', name]);
  if (component.name === 'loop') for (const name of ['1 iteration', 'many iterations']) ways.push(['loop', name]);
  if ((retry.maxAttempts ?? 1) > 1) ways.push(['retry', 'recovered'], ['retry', 'exhausted']);
  if (onError === 'continue') ways.push(['on_error', 'continued']);
  return ways;
}

/** The templates as a project that is tested in part. */
export function templatesCoverage(): Coverage {
  return coverageOf(
    templateCoverage('default', 'my-pipeline', { paid: { ran: 3 }, customers: { ran: 3 }, report: { ran: 3 } }),
    templateCoverage('approval', 'expense-approval', {
      small: { ran: 4 },
      decision: { ran: 3 },
      outcome: { ran: 3, took: { 'conditional true': 3 } },
      book: { ran: 3 },
    }),
    templateCoverage('etl', 'sync-users', {
      extract: { ran: 5, took: { 'retry recovered': 1 } },
      selected: { ran: 5 },
      transform: { ran: 5, took: { 'foreach many items': 4, 'foreach 0 items': 1 } },
      tasks: { ran: 17, took: { 'retry recovered': 2, 'retry exhausted': 1 } },
      summary: { ran: 16 },
      load: { ran: 5, took: { 'trycatch no error': 5 } },
      send: { ran: 5, took: { 'retry recovered': 1 } },
    }),
    templateCoverage('ai-content', 'write-article', {}),
  );
}
