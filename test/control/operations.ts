import type { JsonObject } from '../../src/core/json.ts';

export interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name?: string; readonly in?: string }[];
  readonly tags: readonly string[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: { readonly properties?: Readonly<Record<string, object>> }; example?: object }>
    >;
  };
  readonly responses: Readonly<Record<string, object>>;
}

/** The operations of an OpenAPI document of ours, with the route that each is of. */
export function operationsOf(document: JsonObject): { route: string; path: string; operation: Operation }[] {
  const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const pattern = path.replace('/api/v1', '').replaceAll(/\{(\w+)\}/g, ':$1');
      return { route: `${method.toUpperCase()} ${pattern}`, path, operation };
    }),
  );
}
