import { FlowMasonError } from '../../../core/errors.ts';
import { OutcomeError } from '../../command.ts';

/** An error about a text that is no file, with the text, so that its places can be shown. */
export function withText(error: unknown, name: string, text: string): unknown {
  if (!(error instanceof FlowMasonError) || error.problems.length === 0) return error;
  return new OutcomeError(error, { json: {}, text: '', texts: new Map([[name, text]]) });
}
