import type { Json } from '../../../core/json.ts';
import type { SignalSource } from '../../../core/ports.ts';

/** Asks on the terminal for what a `signal` stage waits for; asks again until it fits the stage's schema. */
export function askOnTerminal(pause: () => () => void): SignalSource {
  return async ({ name, message, signal, check }) => {
    const { input } = await import('@inquirer/prompts');
    const resume = pause();
    try {
      const text = await input(
        {
          message: `${message ?? `Signal ${name}`} (JSON or text)`,
          validate: (answer) => {
            const wrong = check(parse(answer));
            return wrong === undefined || `This does not fit: ${wrong}`;
          },
        },
        { signal, output: process.stderr, clearPromptOnDone: false },
      );
      return { data: parse(text) };
    } catch (error) {
      // Ctrl-C at the question means "not now": the run parks and can go on later.
      if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError'))
        return 'park';
      throw error;
    } finally {
      resume();
    }
  };
}

/** What was typed: JSON where it parses as such, `y` and `n` as booleans, else text. */
export function parse(text: string): Json {
  const word = text.trim();
  if (/^(y|yes)$/i.test(word)) return true;
  if (/^(n|no)$/i.test(word)) return false;
  try {
    return JSON.parse(word) as Json;
  } catch {
    return text;
  }
}
