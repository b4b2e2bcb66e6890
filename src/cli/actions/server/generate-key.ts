import { KEY_BYTES, makeAccessKey } from '../../../core/access-key.ts';
import { environmentName, isEnvironmentName } from '../../../core/environment-name.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { randomBytes } from '../../../hosts/node/random.ts';

/** Throws FlowMasonError `USAGE` for what no environment can be called. */
export function generateKey(typed: string): { environment: string; id: string; key: string } {
  const environment = environmentName(typed);
  if (!isEnvironmentName(environment)) {
    fail('USAGE', `The name of an environment is lower-case words joined by \`-\`, found ${quote(typed)}`, {
      hint: 'fm keys generate --env staging',
    });
  }
  return makeAccessKey(environment, randomBytes(KEY_BYTES));
}
