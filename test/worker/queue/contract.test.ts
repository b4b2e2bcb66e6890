import { describe } from 'vitest';
import { cancellationContract } from '../contract/cancellation.ts';
import { executionContract } from '../contract/execution.ts';
import { failureContract } from '../contract/failure.ts';
import { resumeContract } from '../contract/resume.ts';
import { waitContract } from '../contract/waits.ts';
import { openQueue } from './queue-world.ts';

describe('a worker with a queue', () => {
  describe('executes', () => executionContract(openQueue));
  describe('fails', () => failureContract(openQueue));
  describe('waits', () => waitContract(openQueue));
  describe('cancels', () => cancellationContract(openQueue));
  describe('resumes', () => resumeContract(openQueue));
});
