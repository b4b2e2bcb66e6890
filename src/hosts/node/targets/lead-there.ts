import type { Client } from '../../../client/client.ts';
import { FlowMasonError } from '../../../core/errors.ts';

/** Commands that work on an org or an environment when they are told which, up to where a sentence goes on behind them. */
const THERE =
  /^fm (?:audit|drift|health|history|keys (?:create|list|revoke|rotate)|run|runs \w+|secrets \w+|triggers \w+|vars \w+|workers list)(?= |;|,|$)[^;,]*/;

/**
 * A hint of a control plane, which does not know what it is called here, as a command that leads to it from here.
 * `flag`: `--env NAME` or `--org NAME`.
 */
export function leadThere(hint: string, flag: string): string {
  const command = / --(?:env|org)\b/.test(hint) ? undefined : THERE.exec(hint)?.[0];
  if (command === undefined) return hint;
  return `${command.trimEnd()} ${flag}${hint.slice(command.length)}`;
}

/** A client whose errors have commands that lead to its control plane. */
export function leadingThere(client: Client, flag: string): Client {
  return {
    ...client,
    async call(route, input, more) {
      try {
        return await client.call(route, input, more);
      } catch (error) {
        if (!(error instanceof FlowMasonError) || error.hint === undefined) throw error;
        const { code, message, details, problems } = error;
        const hint = leadThere(error.hint, flag);
        if (hint === error.hint) throw error;
        throw new FlowMasonError(code, message, { hint, details, problems, cause: error });
      }
    },
  };
}
