import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { safeParse } from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUILT_INS } from '../../src/components/index.ts';
import { isObject, type Json } from '../../src/core/json.ts';
import { createFetch } from '../../src/hosts/node/fetch.ts';
import { DESCRIPTORS, runStages } from './run-stages.ts';

const server = createServer((_incoming, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
});
const fetch = createFetch();
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  await fetch.close();
  server.close();
});

/** The example's input, its address being that of a server which is really there. */
function atHome(input: Json | undefined): Json {
  if (!isObject(input) || !Object.hasOwn(input, 'base_url')) return input ?? {};
  return {
    ...(input as { [key: string]: Json }),
    base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

describe.each(BUILT_INS.map((component) => [component.name, component] as const))('%s', (name, component) => {
  const example = component.example;

  test('has an example that runs, with the result and the output that it says', async () => {
    if (!example) throw new Error('there is no example');
    const documented = example.stages.find((stage) => stage.component === name);
    expect(documented).toBeDefined();
    const { outcome, outputs } = await runStages({ ...example, input: atHome(example.input) }, { fetch });
    expect(outcome.error).toBeNull();
    expect(outcome.status).toBe('succeeded');
    if (example.result !== undefined) expect(outcome.result).toEqual(example.result);
    const output = outputs.get(String(documented?.id));
    if (outcome.stages.find((stage) => stage.id === documented?.id)?.status === 'succeeded' && name !== 'return') {
      expect(safeParse(component.output, output).issues).toBeUndefined();
    }
    if (example.output !== undefined) expect(safeParse(component.output, example.output).issues).toBeUndefined();
  });

  test('describes itself and every field', () => {
    const descriptor = DESCRIPTORS.get(name);
    expect(descriptor?.summary).toMatch(/^[A-Z].+\.$/);
    const { config, output } = descriptor as { config: unknown; output: unknown };
    expect(undescribed(config)).toEqual([]);
    expect(undescribed(output)).toEqual([]);
    const fields = Object.keys(descriptor?.fields ?? {});
    const properties = Object.keys((config as { properties: object }).properties);
    expect(fields.filter((field) => !properties.includes(field))).toEqual([]);
  });
});

/** Properties at the top of a JSON Schema that no one has described. */
function undescribed(schema: unknown): string[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    return isObject(property) && typeof property.description === 'string' ? [] : [name];
  });
}

test('every component of the language is there', () => {
  expect(BUILT_INS.map((component) => component.name)).toEqual([
    'conditional',
    'critic',
    'delay',
    'filter',
    'foreach',
    'generator',
    'http-request',
    'improver',
    'json-transform',
    'logger',
    'loop',
    'return',
    'router',
    'schema-validate',
    'selector',
    'signal',
    'subpipeline',
    'synthesizer',
    'trycatch',
    'variable-set',
  ]);
});
