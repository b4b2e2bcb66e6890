import { join } from 'node:path';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import type { Outcome } from '../../command.ts';
import { problemsText } from '../../print/problems.ts';
import { statusText } from '../../print/release/status-text.ts';
import { screenOf } from '../../print/screen.ts';
import { paragraphs } from '../../print/section.ts';
import { requireProject } from '../../project/local-release.ts';
import type { TargetFlags } from '../../target.ts';
import { onTargetIn } from './on-target.ts';
import { shownTarget, targetDocument } from './shown-target.ts';
import { status } from './status.ts';

/** `fm status`: what differs is no failure. */
export function showStatus(cwd: string, flags: TargetFlags): Promise<Outcome> {
  return onTargetIn(cwd, flags, async (target, workspace) => {
    const found = await status(workspace, target);
    const { root } = requireProject(workspace);
    const files = new Map(found.steps.map(({ name, file }) => [name, shownPath(workspace.cwd, join(root, file))]));
    const view = { ...found, target: shownTarget(target, workspace), files };
    const text = paragraphs(statusText(view, screenOf()), problemsText(found.problems, process.stdout));
    return { json: { target: targetDocument(target), ...found }, text };
  });
}
