import { resolve } from 'node:path';
import * as v from 'valibot';
import type { PlanView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { readText } from '../../project/read-text.ts';
import { type TargetDocument, targetDocument } from './shown-target.ts';

const PLAN = v.strictObject({
  format: v.literal(1),
  target: v.strictObject({ kind: v.picklist(['org', 'env']), name: v.string(), place: v.string() }),
  plan: v.string(),
  hash: v.string(),
  project: v.string(),
  release: v.string(),
  version: v.string(),
  base: v.nullable(v.strictObject({ number: v.number(), version: v.string() })),
  /** What was agreed to when the plan was made. */
  consent: v.array(v.string()),
});

/** A plan that is kept by its target, as a file. It holds no secret and no text of a pipeline. */
export interface PlanFile {
  readonly target: TargetDocument;
  readonly plan: string;
  readonly hash: string;
  readonly project: string;
  readonly release: string;
  readonly version: string;
  /** What was active then. */
  readonly base: { readonly number: number; readonly version: string } | null;
  readonly consent: readonly string[];
}

export function writePlanFile(
  file: string,
  target: Target,
  { id, hash, project, release, base }: PlanView,
  consent: readonly string[],
): void {
  const plan: PlanFile = {
    target: targetDocument(target),
    plan: String(id),
    hash,
    project,
    release: release.digest,
    version: release.version,
    base: base && { number: base.number, version: base.version },
    consent,
  };
  writeAtomic(resolve(file), `${JSON.stringify({ format: 1, ...plan }, null, 2)}\n`);
}

/** Throws FlowMasonError `NOT_FOUND`, `INVALID_FILE` for what is no plan. */
export function readPlanFile(file: string, cwd: string): PlanFile {
  const path = resolve(cwd, file);
  const shown = shownPath(cwd, path);
  const read = readText(path, shown, DEFAULT_LIMITS);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), PLAN), read.text ?? '');
  if (parsed.success) return parsed.output;
  return fail('INVALID_FILE', `${shown} is not a plan of this version`, { hint: `fm push --plan-out ${shown}` });
}

/** Throws FlowMasonError `USAGE` when a plan is to be applied somewhere else than it was made for. */
export function requireTarget({ target: meant }: PlanFile, target: Target, shown: string): void {
  const { kind, name } = targetDocument(target);
  if (meant.kind === kind && meant.name === name) return;
  const flags = meant.kind === 'org' ? `fm push --org ${meant.name}` : `fm deploy ${meant.name}`;
  fail('USAGE', `${shown} is a plan for ${meant.name} (${meant.place}), and the target is ${target.label}`, {
    hint: `${flags} --plan ${shown}`,
  });
}
