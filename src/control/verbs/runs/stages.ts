import * as v from 'valibot';
import type { RunStageList, RunStageView } from '../../../core/api/run.ts';
import { fail } from '../../../core/errors.ts';
import { type EndEntry, foldJournal, isWithin } from '../../../core/journal.ts';
import { quote } from '../../../core/quote.ts';
import { endedStage } from '../../../core/recorded-stages.ts';
import { requireRun } from '../../runs/require-run.ts';
import { mayDebug } from '../../runs/scopes.ts';
import { LIMIT } from '../../schema/query.ts';
import { RUN } from '../../schema/run.ts';
import { query } from '../../verb.ts';

const PATH = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000));

/** What the stages of a run gave, in the order in which they ended. */
export const runStages = query({
  summary: 'Show what the stages of a run gave; with a path that stage and those inside of it',
  scope: 'runs:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: RUN, path: v.optional(PATH), limit: LIMIT, after: v.optional(PATH) }),
  async run({ control, caller }, { id, path, limit, after }): Promise<RunStageList> {
    const { store, environment } = control;
    await requireRun(store, environment, id);
    const { entries } = await store.journal.load(id);
    const { ends } = foldJournal(entries.map(({ entry }) => entry));
    const wanted = [...ends.values()].filter((end) => path === undefined || isWithin(end.path, path));
    if (path !== undefined && wanted.length === 0) {
      fail('NOT_FOUND', `Run ${id} has recorded nothing of a stage ${quote(path)}`, { hint: `fm runs show ${id}` });
    }
    const begin = after === undefined ? 0 : wanted.findIndex((end) => end.path === after) + 1;
    if (after !== undefined && begin === 0) {
      fail('REQUEST_INVALID', `after: ${quote(after)} is not among the stages any more; ask from the beginning`);
    }
    const page = wanted.slice(begin, begin + limit);
    const next = wanted.length > begin + limit ? page.at(-1)?.path : undefined;
    return { stages: page.map((end) => stageView(end, mayDebug(caller))), next: next ?? null };
  },
});

function stageView(end: EndEntry, debug: boolean): RunStageView {
  const { output, input } = end;
  return { ...endedStage(end), output, ...(debug && input !== undefined ? { input } : undefined) };
}
