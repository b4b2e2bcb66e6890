import type { Json } from '../../../core/json.ts';
import type { SignalRequest, SignalSource } from '../../../core/ports.ts';
import { printable } from '../../../core/quote.ts';

/** Asks on the terminal for what a `signal` stage waits for; asks again until it fits the stage's schema. */
export function askOnTerminal(pause: () => () => void): SignalSource {
  // A terminal has room for one question: stages that wait at the same time are asked for one after the other.
  let turn: Promise<unknown> = Promise.resolve();
  return (request) => {
    const answer = turn.then(() => (request.signal.aborted ? 'park' : question(request, pause)));
    turn = answer.catch(() => {});
    return answer;
  };
}

async function question(request: SignalRequest, pause: () => () => void): ReturnType<SignalSource> {
  const { name, message, signal, check } = request;
  const { input } = await import('@inquirer/prompts');
  const resume = pause();
  try {
    const text = await input(
      {
        message: `${printable(message ?? `Signal ${name}`)} (JSON or text)`,
        validate: (typed) => {
          const wrong = check(dataOf(typed, check));
          return wrong === undefined || `This does not fit: ${wrong}`;
        },
      },
      { signal, output: process.stderr, clearPromptOnDone: false },
    );
    return { data: dataOf(text, check) };
  } catch (error) {
    // Ctrl-C at the question means "not now": the run parks and can go on later.
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError'))
      return 'park';
    throw error;
  } finally {
    resume();
  }
}

/** What was typed, in the first form that fits: JSON, `y` and `n` as booleans, text. */
function dataOf(typed: string, check: SignalRequest['check']): Json {
  const forms = [...jsonOf(typed), ...booleanOf(typed), typed];
  return forms.find((form) => check(form) === undefined) ?? (forms[0] as Json);
}

function jsonOf(typed: string): Json[] {
  try {
    return [JSON.parse(typed) as Json];
  } catch {
    return [];
  }
}

function booleanOf(typed: string): Json[] {
  const word = typed.trim();
  if (/^(y|yes)$/i.test(word)) return [true];
  return /^(n|no)$/i.test(word) ? [false] : [];
}
