import type { JsonPath } from '../../json.ts';
import type { Limits } from '../../limits.ts';
import type { StageNode } from '../model.ts';
import type { Report } from '../report.ts';
import type { Rules } from '../rules.ts';

/** What rules may need beside the stage. */
export interface RuleContext {
  readonly rules: Rules;
  readonly limits: Limits;
  readonly report: Report;
}

/** Checks a config by what PIPELINES.md 5 says of its component and no schema can say. `path` leads to the config. */
export type ComponentRule = (node: StageNode, path: JsonPath, context: RuleContext) => void;
