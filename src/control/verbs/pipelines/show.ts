import * as v from 'valibot';
import type { PipelineTextView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { query } from '../../verb.ts';

export const showPipeline = query({
  summary: 'Show an active pipeline with its file',
  scope: 'releases:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ name: v.pipe(v.string(), v.maxLength(100)) }),
  async run({ control }, { name }): Promise<PipelineTextView> {
    const { store, environment } = control;
    const active = await store.releases.activePipeline(environment, name);
    const [content] = active ? await store.releases.content([active.digest]) : [];
    if (active && content) return { ...active, text: content.source };
    return fail('NOT_FOUND', `${environment} has no active pipeline ${quote(name)}`, {
      details: { pipeline: name, environment },
    });
  },
});
