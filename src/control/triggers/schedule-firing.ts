/** How long it is remembered that a time of a schedule was fired, milliseconds: backfills do not fire it again. */
const REMEMBERED_MS = 35 * 24 * 3_600_000;

/** What a time of a schedule is known by, however often and by whom it is fired. Epoch milliseconds. */
export function scheduleKey(scheduled_at: number, now: number): { readonly key: string; readonly expires_at: number } {
  return { key: `at:${new Date(scheduled_at).toISOString()}`, expires_at: now + REMEMBERED_MS };
}
