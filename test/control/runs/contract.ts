import { describe } from 'vitest';
import { type NewDatabase, opener } from '../../worker/open.ts';
import { WAYS } from '../plane.ts';
import { bulkContract } from './bulk.ts';
import { changesContract } from './changes.ts';
import { eventsContract } from './events.ts';
import { startContract } from './start.ts';
import { viewsContract } from './views.ts';

/** What every database and both ways to a control plane have to be the same in. */
export function runsContract(database: string, newDatabase: NewDatabase): void {
  const open = opener(newDatabase);
  describe.each(WAYS)(`runs over ${database}, %s:`, (_, way) => {
    describe('starting', () => startContract(open, way));
    describe('looking at', () => viewsContract(open, way));
    describe('changing', () => changesContract(open, way));
    describe('changing many', () => bulkContract(open, way));
    describe('following', () => eventsContract(open, way));
  });
}
