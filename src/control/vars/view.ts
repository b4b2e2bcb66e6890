import type { VarView } from '../../core/api/administration.ts';
import type { StoredVar } from '../../store/vars.ts';

/** A variable as callers see it. */
export function varView({ name, value, revision, actor, updated_at }: StoredVar): VarView {
  return { name, value: value ?? null, revision, actor, updated_at };
}
