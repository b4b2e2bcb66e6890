import { answerError } from '../../control/http/answer-error.ts';
import { FlowMasonError } from '../../core/errors.ts';
import { type EdgeApp, edgeApp } from './app.ts';
import { edgeIds } from './ids.ts';
import { consoleWrite } from './log.ts';
import { readEdgeSettings, type Variables } from './settings.ts';

/**
 * The app of a host that answers requests before anybody could be told what is wrong with its settings: then each answer
 * is an error, and the log says which setting it is.
 */
export function startEdge(variables: Variables): EdgeApp {
  try {
    return edgeApp({ settings: readEdgeSettings(variables), write: consoleWrite });
  } catch (error) {
    if (!(error instanceof FlowMasonError)) throw error;
    consoleWrite(JSON.stringify({ level: 'error', msg: error.message, code: error.code }));
    return {
      fetch: async () => answerError(edgeIds.random(), NOT_SET_UP),
    };
  }
}

const NOT_SET_UP = new FlowMasonError('INTERNAL', 'This server is not set up', {
  hint: 'Its log says which setting is wrong.',
});
