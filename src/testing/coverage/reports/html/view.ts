import type { CoverageTotals, PipelineCoverage, StageCoverage } from '../../coverage.ts';
import { totalsOf } from '../../coverage.ts';
import { byKind, type Missing, missingOf } from '../missing.ts';

/** How far something is covered. Shown by colour, mark and word together. */
export type State = 'covered' | 'partial' | 'uncovered';

export const WORDS: Readonly<Record<State, string>> = {
  covered: 'covered',
  partial: 'partly covered',
  uncovered: 'not covered',
};

/** A stage as the parts of the page know it. Names of anchors are made of numbers: ids may hold anything. */
export interface StageView {
  readonly stage: StageCoverage;
  readonly state: State;
  readonly missing: Missing | undefined;
  /** Where the graph shows it. */
  readonly graphId: string;
  /** Where the source shows it. */
  readonly sourceId: string;
  /** The whole of it in words. */
  readonly label: string;
}

export interface PipelineView {
  /** Of its section, and the beginning of all that is in it. */
  readonly id: string;
  readonly pipeline: PipelineCoverage;
  readonly state: State;
  readonly totals: CoverageTotals;
  readonly stages: readonly StageView[];
  /** Those of `stages` that miss something. */
  readonly missing: readonly StageView[];
}

/** Pipelines with the least coverage first; equal ones by name. */
export function viewsOf(pipelines: readonly PipelineCoverage[]): PipelineView[] {
  const share = ({ totals: { stages, branches } }: PipelineView): number =>
    (stages.covered + branches.covered) / Math.max(1, stages.total + branches.total);
  return pipelines
    .map(viewOf)
    .sort((a, b) => share(a) - share(b) || (a.pipeline.pipeline < b.pipeline.pipeline ? -1 : 1));
}

function viewOf(pipeline: PipelineCoverage, index: number): PipelineView {
  const id = `p${index + 1}`;
  const missing = new Map(missingOf(pipeline).map((item) => [item.stage, item]));
  const stages = pipeline.stages.map((stage, i) => {
    const state = stateOf(stage, missing.get(stage));
    const what = missing.get(stage);
    const lacks = what && !what.neverRan ? `; missing ${missingWords(what).join('; ')}` : '';
    const label = `${stage.id}, ${stage.component}: ${WORDS[state]}, ${ran(stage.hits)}${lacks}`;
    return { stage, state, missing: what, graphId: `${id}-g${i + 1}`, sourceId: `${id}-s${i + 1}`, label };
  });
  const state =
    missing.size === 0 ? 'covered' : stages.every(({ stage }) => stage.hits === 0) ? 'uncovered' : 'partial';
  return { id, pipeline, state, totals: totalsOf([pipeline]), stages, missing: stages.filter((view) => view.missing) };
}

function stateOf(stage: StageCoverage, missing: Missing | undefined): State {
  if (stage.hits === 0) return 'uncovered';
  return missing ? 'partial' : 'covered';
}

/** What is missing of a stage, a text for each kind of branch. */
export function missingWords({ neverRan, branches }: Missing): string[] {
  if (neverRan) return ['never ran'];
  return byKind(branches).map(([kind, names]) => `${kind}: ${names.join(', ')}`);
}

/** How often something ran, in words. */
export function ran(count: number): string {
  return count === 0 ? 'never ran' : count === 1 ? 'ran once' : `ran ${count.toLocaleString('en')} times`;
}
