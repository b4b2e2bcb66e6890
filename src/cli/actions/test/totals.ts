import type { SnapshotCounts } from '../../../testing/assert/snapshot.ts';
import type { SuiteResult, Summary } from '../../../testing/result.ts';

/** Adds up what suites came to. */
export class Totalling {
  readonly #startedAt: number;
  readonly #counts = { suites: 0, tests: 0, passed: 0, failed: 0, skipped: 0 };
  readonly #snapshots: SnapshotCounts = { written: 0, updated: 0, removed: 0, obsolete: 0 };

  /** `startedAt` in epoch milliseconds. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** No suite was added. */
  get isEmpty(): boolean {
    return this.#counts.suites === 0;
  }

  add({ tests, findings }: SuiteResult, snapshots: SnapshotCounts): void {
    this.#counts.suites++;
    this.#counts.tests += tests.length;
    for (const { status } of tests) this.#counts[status]++;
    if (findings.length > 0) this.#counts.failed++;
    this.#snapshots.written += snapshots.written;
    this.#snapshots.updated += snapshots.updated;
    this.#snapshots.removed += snapshots.removed;
    this.#snapshots.obsolete += snapshots.obsolete;
  }

  summary(end: { readonly partial: boolean; readonly missed: readonly string[]; readonly now: number }): Summary {
    return {
      totals: { ...this.#counts, duration_ms: end.now - this.#startedAt },
      partial: end.partial,
      snapshots: this.#snapshots,
      missed: end.missed,
    };
  }
}
