import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ProjectSize {
  readonly pipelines: number;
  /** Of each pipeline. */
  readonly stages: number;
}

/** The file of a generated pipeline. */
export function pipelineFile(folder: string, index: number): string {
  return join(folder, 'pipelines', `${pipelineName(index)}.pipeline.json`);
}

export function pipelineName(index: number): string {
  return `pipeline-${String(index).padStart(5, '0')}`;
}

/**
 * Writes a project like one that people have: pipelines of requests, transforms and loops with an input schema, every
 * tenth of which calls the one before it. The same size gives the same files.
 */
export function writeProject(folder: string, { pipelines, stages }: ProjectSize): void {
  mkdirSync(join(folder, 'pipelines'), { recursive: true });
  const local = { vars: { base_url: 'http://127.0.0.1' } };
  const staging = { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' };
  const project = { name: 'bench', version: '1.0.0', environments: { local, staging } };
  writeFileSync(join(folder, 'flowmason.json'), `${JSON.stringify(project, null, 2)}\n`);
  for (let i = 0; i < pipelines; i++)
    writeFileSync(pipelineFile(folder, i), `${JSON.stringify(definition(i, stages), null, 2)}\n`);
}

/** Changes what one pipeline does; `edit` tells changes apart. */
export function editPipeline(folder: string, index: number, edit: number): void {
  const file = pipelineFile(folder, index);
  const value = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...value, description: `edit ${edit}` }, null, 2)}\n`);
}

function definition(index: number, stages: number): object {
  const calls = index % 10 === 9;
  const list = Array.from({ length: stages }, (_, i) => stage(i));
  if (calls) {
    list[stages - 1] = {
      id: `s${stages - 1}`,
      component: 'subpipeline',
      config: { pipeline: pipelineName(index - 1), input: { id: '{{ input.id }}', rows: [] } },
      depends_on: stages > 1 ? [`s${stages - 2}`] : [],
    };
  }
  return {
    name: pipelineName(index),
    version: '1.0.0',
    description: `Number ${index} of a generated project`,
    input: {
      type: 'object',
      properties: { id: { type: 'string' }, rows: { type: 'array' } },
      required: ['id'],
    },
    stages: list,
  };
}

function stage(i: number): object {
  const id = `s${i}`;
  const before = `s${i - 1}`;
  switch (i % 4) {
    case 0:
      return {
        id,
        component: 'http-request',
        config: {
          url: `{{ vars.base_url }}/orders/{{ input.id }}/${i}`,
          headers: { authorization: 'Bearer {{ secrets.API_KEY }}' },
        },
        ...(i === 0 ? undefined : { depends_on: [before] }),
        retry: { max_attempts: 3 },
      };
    case 1:
      return {
        id,
        component: 'filter',
        config: { items: `{{ stages.${before}.output.body }}`, condition: 'item.total > 10' },
      };
    case 2:
      return {
        id,
        component: 'json-transform',
        config: { template: { count: `{{ stages.${before}.output.count }}` } },
      };
    default:
      return {
        id,
        component: 'logger',
        config: { message: `counted {{ stages.${before}.output.result.count }}` },
        timeout: '30s',
      };
  }
}
