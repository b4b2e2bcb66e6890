import { Validator } from '@seriousme/openapi-schema-validator';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/control/http/openapi.ts';
import { routeTable } from '../../src/control/http/route-table.ts';
import { ROUTES } from '../../src/control/http/routes.ts';
import { CODES } from '../../src/core/codes/index.ts';
import { operationsOf } from './operations.ts';

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
    const operations = operationsOf(document);
    expect(operations.map(({ route }) => route).sort()).toEqual(Object.keys(ROUTES).sort());
    const ids = operations.map(({ operation }) => operation.operationId);
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
