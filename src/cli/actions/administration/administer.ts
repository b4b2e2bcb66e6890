import type { Target } from '../../../hosts/node/targets/target.ts';
import { targetLine } from '../../print/release/target.ts';
import type { TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';
import { onTargetIn } from '../release/on-target.ts';
import { shownTarget } from '../release/shown-target.ts';

export interface AdministerFlags extends TargetFlags {
  readonly json: boolean;
}

/** Says where a command works, and works there. */
export function administer<T>(cwd: string, flags: AdministerFlags, work: (target: Target) => Promise<T>): Promise<T> {
  return onTargetIn(cwd, flags, (target, workspace) => {
    if (!flags.json) say(targetLine(shownTarget(target, workspace)));
    return work(target);
  });
}

/** Every entry of a list that comes in pages. */
export async function allPages<T>(
  page: (after: string | undefined) => Promise<{ readonly entries: readonly T[]; readonly next: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { entries, next } = await page(after);
    all.push(...entries);
    if (next === null) return all;
    after = next;
  }
}
