import { RUN_ID_BYTES, runIdOf } from '../../core/run-id.ts';

/** New identifiers, which nobody can guess. */
export const edgeIds = {
  run: (now: number): string => runIdOf(now, crypto.getRandomValues(new Uint8Array(RUN_ID_BYTES))),
  random: (): string => crypto.randomUUID().replaceAll('-', ''),
};
