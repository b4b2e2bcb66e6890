import { describe } from 'vitest';
import type { OpenWorld } from '../world.ts';
import { administrationContract } from './administration.ts';
import { attemptContract } from './attempts.ts';
import { auditContract } from './audit.ts';
import { deploymentContract } from './deployments.ts';
import { environmentContract } from './environments.ts';
import { journalContract } from './journal.ts';
import { releaseContract } from './releases.ts';
import { retentionContract } from './retention.ts';
import { runContract } from './runs.ts';
import { signalContract } from './signals.ts';
import { textContract } from './texts.ts';
import { transactionContract } from './transactions.ts';

/** What the store promises on every database. `open` makes a store of its own at each call. */
export function contract(name: string, open: OpenWorld): void {
  describe(`the store on ${name}`, () => {
    describe('releases', () => releaseContract(open));
    describe('deployments', () => deploymentContract(open));
    describe('environments', () => environmentContract(open));
    describe('runs', () => runContract(open));
    describe('attempts', () => attemptContract(open));
    describe('the journal', () => journalContract(open));
    describe('signals, slots and triggers', () => signalContract(open));
    describe('variables, keys and repeated calls', () => administrationContract(open));
    describe('the audit', () => auditContract(open));
    describe('retention', () => retentionContract(open));
    describe('transactions', () => transactionContract(open));
    describe('texts', () => textContract(open));
  });
}
