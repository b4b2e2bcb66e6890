import { FlowMasonError, fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { commandThere } from './place.ts';

/** Enough to tell that a word means several. */
const SHOWN = 5;

/** The id that a word means: an id, the beginning of one, or `last`. Throws FlowMasonError `NOT_FOUND`, `USAGE`. */
export async function findRun(target: Target, word: string): Promise<string> {
  const { client } = target;
  if (word === 'last') {
    const [newest] = (await client.call('GET /runs', { limit: 1 })).runs;
    return newest?.run_id ?? noRuns(target);
  }
  const exact = await client.call('GET /runs/:id/logs', { id: word, limit: 1 }).then(() => word, absent);
  if (exact !== undefined) return exact;
  const prefix = word.toLowerCase();
  const { runs } = await client.call('GET /runs', { prefix, limit: SHOWN + 1 });
  const [match, ...others] = runs;
  if (match === undefined) {
    fail('NOT_FOUND', `There is no run ${quote(word)} in ${target.name}`, {
      hint: commandThere(target, 'runs:list', []),
    });
  }
  if (others.length > 0) {
    const ids = runs.slice(0, SHOWN).map(({ run_id }) => run_id);
    fail('USAGE', `${quote(word)} could be several runs: ${ids.join(', ')}${others.length >= SHOWN ? ', …' : ''}`, {
      hint: 'Type more of the id, or `last` for the newest run.',
    });
  }
  return match.run_id;
}

function absent(error: unknown): undefined {
  if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

function noRuns(target: Target): never {
  fail('NOT_FOUND', `There is no run in ${target.name} yet`, { hint: commandThere(target, 'run', ['NAME']) });
}
