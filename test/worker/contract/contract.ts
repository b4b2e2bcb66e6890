import { describe } from 'vitest';
import { type NewDatabase, opener } from '../open.ts';
import { cancellationContract } from './cancellation.ts';
import { crashContract } from './crash.ts';
import { dispatcherContract } from './dispatcher.ts';
import { executionContract, raceContract } from './execution.ts';
import { failureContract } from './failure.ts';
import { failureWebhookContract } from './failure-webhook.ts';
import { resumeContract } from './resume.ts';
import { waitContract } from './waits.ts';

/** What a worker promises on every database. `database` makes one of its own at each call. */
export function workerContract(name: string, database: NewDatabase): void {
  const open = opener(database);
  describe(`a worker on ${name}`, () => {
    describe('executes', () => {
      executionContract(open);
      raceContract(open);
    });
    describe('fails', () => failureContract(open));
    describe('tells of failures', () => failureWebhookContract(open));
    describe('waits', () => waitContract(open));
    describe('cancels', () => cancellationContract(open));
    describe('resumes', () => resumeContract(open));
    describe('survives', () => crashContract(open));
    describe('dispatches', () => dispatcherContract(open));
  });
}
