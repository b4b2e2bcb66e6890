import { isObject, own } from '../json.ts';
import type { SourceFile } from '../source/file.ts';

/** Checks that need a library of some size, which most files do without. */
export interface Rules {
  /** What is wrong with a cron pattern; undefined when nothing is. */
  readonly cron?: (pattern: string) => string | undefined;
  /** Whether a version is in a semver range; undefined when the range is none. */
  readonly inRange?: (version: string, range: string) => boolean | undefined;
}

/** Loads what a file needs to be checked whole; nothing for a file without schedules and version ranges. */
export async function loadRules(source: SourceFile): Promise<Rules> {
  const { schedules, ranges } = features(source.value);
  return {
    ...(schedules ? { cron: await loadCron() } : undefined),
    ...(ranges ? { inRange: await loadRanges() } : undefined),
  };
}

function features(definition: unknown): { schedules: boolean; ranges: boolean } {
  if (!isObject(definition)) return { schedules: false, ranges: false };
  const triggers = own(definition, 'triggers');
  const stages = own(definition, 'stages');
  const config = (stage: unknown) => (isObject(stage) ? own(stage, 'config') : undefined);
  return {
    schedules: Array.isArray(triggers) && triggers.some((trigger) => isObject(trigger) && 'cron' in trigger),
    ranges:
      Array.isArray(stages) &&
      stages.some((stage) => {
        const value = config(stage);
        return isObject(value) && 'pipeline' in value && 'version' in value;
      }),
  };
}

async function loadCron(): Promise<NonNullable<Rules['cron']>> {
  const { CronPattern } = await import('croner');
  return (pattern) => {
    try {
      new CronPattern(pattern, 'UTC', { mode: '5-part' });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    }
  };
}

async function loadRanges(): Promise<NonNullable<Rules['inRange']>> {
  const [{ default: validRange }, { default: satisfies }] = await Promise.all([
    import('semver/ranges/valid.js'),
    import('semver/functions/satisfies.js'),
  ]);
  return (version, range) => (validRange(range) === null ? undefined : satisfies(version, range));
}
