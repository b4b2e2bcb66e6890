import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/control/http/openapi.ts';
import { routeTable } from '../../src/control/http/route-table.ts';
import { ROUTES } from '../../src/control/http/routes.ts';
import { PATHS } from '../../src/control/http/server-app.ts';
import { CODES } from '../../src/core/codes/index.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { operationsOf } from './operations.ts';

const SRC = join(import.meta.dirname, '../../src');
const document = openApiDocument('1.2.3');

describe('the OpenAPI document', () => {
  it('is one, by the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
    expect(() => validator.resolveRefs()).not.toThrow();
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: [] } } } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('has every route, each with an id of its own, its scope and what it may refuse', () => {
    const all = operationsOf(document);
    const operations = all.filter(({ path }) => path.startsWith('/api/'));
    expect(operations.map(({ route }) => route).sort()).toEqual(Object.keys(ROUTES).sort());
    const beside = all.filter(({ path }) => !path.startsWith('/api/')).map(({ path }) => path);
    expect(beside).toEqual(PATHS.filter((path) => !path.startsWith('/docs')));
    const ids = all.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { route, operation } of operations) {
      const verb = ROUTES[route as keyof typeof ROUTES];
      const open = 'open' in verb;
      const needs = { bearer: verb.scope === null ? [] : [verb.scope] };
      expect(operation.security).toEqual(open ? [] : expect.arrayContaining([needs]));
      const examples = JSON.stringify(operation.responses);
      const codes = [...(open ? [] : ['UNAUTHENTICATED']), 'REQUEST_INVALID', ...('errors' in verb ? verb.errors : [])];
      for (const code of codes) {
        expect(Object.keys(CODES)).toContain(code);
        expect(examples).toContain(`"urn:flowmason:error:${code}"`);
      }
    }
  });

  it('says what is a stream', () => {
    const streams = operationsOf(document).filter(({ operation }) =>
      JSON.stringify(operation).includes('event-stream'),
    );
    const wanted = Object.entries(ROUTES).flatMap(([route, { kind }]) => (kind === 'stream' ? [route] : []));
    expect(streams.map(({ route }) => route).sort()).toEqual(wanted.sort());
  });

  it('says what each answer is, down to the last member that is not a pipeline’s own', () => {
    const schemas = (document.components as { schemas: Record<string, JsonObject> }).schemas;
    for (const { route, operation } of operationsOf(document)) {
      const [[status, answer] = []] = Object.entries(operation.responses).filter(([code]) => code.startsWith('2'));
      expect([route, status]).toEqual([route, expect.stringMatching(/^20[012]$/)]);
      if (route in ROUTES) expect(JSON.stringify(answer)).toMatch(/#\/components\/schemas\/\w+/);
    }
    const [used, open] = [new Set<string>(), new Set<string>()];
    walk(document.paths ?? null, '', used, new Set());
    for (const [name, schema] of Object.entries(schemas)) walk(schema, name, used, open);
    expect([...used].sort()).toEqual(Object.keys(schemas).sort());
    // What pipelines and people put there.
    const own = /\.(details|value|content|data|input|output|result|vars|failed_input|error|before|after|gained|lost)$/;
    expect([...open].filter((place) => !own.test(place))).toEqual([]);
    // Later versions may say more.
    expect(JSON.stringify(schemas)).not.toContain('"additionalProperties":false');
  });

  it('says of every field of a request what it is for, and shows a request for every body', () => {
    for (const { route, operation } of operationsOf(document)) {
      for (const parameter of operation.parameters) {
        if ('name' in parameter) expect([route, parameter]).toEqual([route, withText(parameter)]);
      }
      if (!operation.requestBody) continue;
      const { schema, example } = operation.requestBody.content['application/json'] ?? {};
      const fields = Object.entries(schema?.properties ?? {});
      for (const [name, field] of fields) expect([route, name, field]).toEqual([route, name, withText(field)]);
      if (fields.length > 0) expect([route, example]).toEqual([route, expect.any(Object)]);
    }
    const tags = (document.tags as { name: string }[]).map(({ name }) => name);
    const used = operationsOf(document).flatMap(({ operation }) => operation.tags);
    expect([...new Set(used)].sort()).toEqual(tags.sort());
  });

  it('is loaded by nobody but who describes: no client, start or request waits for the schemas of answers', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const loads = (wanted: RegExp): string[] =>
      files.filter((file) => {
        const text = readFileSync(join(SRC, file), 'utf8');
        return [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)';/gm)].some(([, from = '']) =>
          wanted.test(from),
        );
      });
    const beyond = loads(/(?:core\/|\.\/)api\//).filter((file) => !file.startsWith('core/api/'));
    expect(beyond).toEqual(['control/http/answer-schemas.ts']);
    expect(loads(/\/answer-schemas\.ts$/)).toEqual(['control/http/openapi.ts']);
    expect(loads(/http\/openapi\.ts$|^\.\/openapi\.ts$/)).toEqual([]);
  });

  it('names every part of a path once, and only words that may be referred to', () => {
    for (const { path, operation } of operationsOf(document)) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    }
    expect(JSON.stringify(document)).not.toContain('$defs');
  });

  it.each(routeTable(ROUTES).flatMap(({ route, verb }) => (verb.example ? [[route, verb] as const] : [])))(
    'has an example of %s that is right',
    (_, { input, example }) => {
      expect(v.safeParse(input, example).issues).toBeUndefined();
    },
  );
});

const withText = (part: object) => ({ ...part, description: expect.stringMatching(/\w/) });

/** Gathers the names of schemas that are referred to, and the places where anything may stand. */
function walk(part: Json, place: string, used: Set<string>, open: Set<string>): void {
  if (Array.isArray(part)) for (const item of part) walk(item, place, used, open);
  if (!isObject(part)) return;
  const { $ref: ref, properties, ...rest } = part as JsonObject;
  if (typeof ref === 'string' && ref.includes('/schemas/')) used.add(ref.split('/').at(-1) ?? '');
  for (const [name, schema] of Object.entries((properties ?? {}) as JsonObject)) {
    const { description: _, ...said } = schema as JsonObject;
    if (Object.keys(said).length === 0) open.add(`${place}.${name}`);
    walk(schema, `${place}.${name}`, used, open);
  }
  for (const inner of Object.values(rest)) walk(inner, place, used, open);
}
