import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipelineJsonSchema } from '../../core/compile/editor-schema.ts';
import { fail } from '../../core/errors.ts';
import type { JsonSchema } from '../../core/json.ts';
import { nearest } from '../../core/suggest.ts';
import { writeAtomic } from '../../hosts/node/atomic-file.ts';
import { testJsonSchema } from '../../testing/suite/format.ts';
import { openKnown } from '../known.ts';
import { findProjectRoot } from '../project/find.ts';
import { PROJECT_SCHEMA } from '../project/schema.ts';

/** Where editors find them, from the project's folder; `fm init` points VS Code there. */
export const SCHEMA_FOLDER = join('.flowmason', 'schemas');

/** The JSON Schemas of a project's files by name, with every component that is known in `cwd`. */
export async function editorSchemas(cwd: string): Promise<Readonly<Record<string, JsonSchema>>> {
  const { descriptors } = await openKnown(cwd);
  return { pipeline: pipelineJsonSchema(descriptors), test: testJsonSchema(), project: PROJECT_SCHEMA };
}

/** One of them. Throws FlowMasonError `NOT_FOUND` with the nearest name. */
export async function editorSchema(cwd: string, name: string): Promise<JsonSchema> {
  const schemas = await editorSchemas(cwd);
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema !== undefined) return schema;
  const names = Object.keys(schemas);
  fail('NOT_FOUND', `There is no schema "${name}"; there are ${names.join(' and ')}`, {
    hint: `fm schema ${nearest(name, names) ?? names[0]} --stdout`,
  });
}

/**
 * Writes them all, by default where the editor settings of the project look for them; answers the files, absolute. With
 * `dryRun` it only answers.
 */
export async function writeSchemas(cwd: string, folder?: string, dryRun = false): Promise<string[]> {
  const schemas = await editorSchemas(cwd);
  const target = folder === undefined ? join(findProjectRoot(cwd) ?? cwd, SCHEMA_FOLDER) : resolve(cwd, folder);
  if (!dryRun) mkdirSync(target, { recursive: true });
  return Object.entries(schemas).map(([name, schema]) => {
    const file = join(target, `${name}.schema.json`);
    if (!dryRun) writeAtomic(file, `${JSON.stringify(schema, null, 2)}\n`);
    return file;
  });
}
