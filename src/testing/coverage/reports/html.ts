import type { Coverage, ReportOptions } from '../coverage.ts';
import { page } from './html/page.ts';

/**
 * One page that needs nothing else: no network, no other file, and no script to be read. A policy in the page lets
 * nothing run but its own script, by digest.
 */
export function htmlReport(coverage: Coverage, options: ReportOptions): string {
  return page(coverage, options).text;
}
