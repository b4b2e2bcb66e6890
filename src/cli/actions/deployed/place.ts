import type { Target } from '../../../hosts/node/targets/target.ts';
import { commandLine } from '../../usage.ts';

/** The flags that lead to a target again. */
export function targetFlags({ kind, name }: Pick<Target, 'kind' | 'name'>): string[] {
  return [kind === 'org' ? '--org' : '--env', name];
}

/** A command about runs of a target. */
export function commandThere(target: Pick<Target, 'kind' | 'name'>, id: string, words: readonly string[]): string {
  return commandLine(id, [...words, ...targetFlags(target)]);
}
