import { FlowMasonError } from '../../core/errors.ts';

/** Any error as one of ours. What nobody expected is told to the logs as the cause, and to callers without a word of it. */
export function expected(thrown: unknown): FlowMasonError {
  if (thrown instanceof FlowMasonError) return thrown;
  return new FlowMasonError('INTERNAL', 'The control plane met an error that nobody expected; its log has it', {
    hint: 'Look for the request id in the log of the server, and report this bug with what stands there.',
    cause: thrown,
  });
}
