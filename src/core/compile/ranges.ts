import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';

/** Whether a version is in a semver range; undefined when the range is none. */
export function inRange(version: string, range: string): boolean | undefined {
  return validRange(range) === null ? undefined : satisfies(version, range);
}
