import type { Outcome } from '../../command.ts';
import { historyText } from '../../print/release/history-text.ts';
import { targetCommand, targetLine } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { requireProject } from '../../project/local-release.ts';
import type { TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';
import { onTargetIn } from './on-target.ts';
import { shownTarget } from './shown-target.ts';

export interface HistoryFlags extends TargetFlags {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly json: boolean;
}

/** `fm history`. The document is the API's own. */
export function showHistory(cwd: string, flags: HistoryFlags): Promise<Outcome> {
  const { limit, before } = flags;
  return onTargetIn(cwd, flags, async (target, workspace) => {
    const project = requireProject(workspace).config.name;
    const page = await target.client.call('GET /deployments', {
      project,
      limit: String(limit),
      ...(before === undefined ? undefined : { before: String(before) }),
    });
    const shown = shownTarget(target, workspace);
    if (!flags.json) say(targetLine(shown));
    const entries = page.deployments.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
    const oldest = entries.at(-1)?.number;
    const older =
      page.next === null || oldest === undefined
        ? undefined
        : targetCommand('history', shown, ['--limit', String(limit), '--before', String(oldest)]);
    const active = page.deployments.find((entry) => entry.active)?.number ?? null;
    const view = { deployments: entries, active, now: Date.now(), older };
    return { json: page, text: historyText(view, screenOf()) };
  });
}
