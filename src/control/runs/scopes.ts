import type { Caller } from '../control.ts';

/** Whether somebody may see what stages were given, and not only what they gave (DEPLOYMENT.md 5). */
export function mayDebug({ scopes }: Pick<Caller, 'scopes'>): boolean {
  return scopes.has('runs:debug') || scopes.has('admin');
}
