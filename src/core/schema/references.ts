import { isObject, type JsonSchema, own } from '../json.ts';
import { subschemas } from './vocabulary.ts';

/** A schema with an `$id` of its own (or the document): what fragments are relative to. */
export interface Resource {
  readonly uri: string;
  readonly root: JsonSchema;
  readonly anchors: Map<string, JsonSchema>;
  readonly dynamicAnchors: Map<string, JsonSchema>;
}

export interface Target {
  readonly schema: JsonSchema;
  readonly resource: Resource;
  /** The name, when the reference met a `$dynamicAnchor`. */
  readonly dynamicAnchor?: string;
}

/** Subschemas within subschemas: as deep as files may be. */
export const MAX_NESTING = 64;

/** What relative references are relative to in a schema without `$id`. */
const BASE = 'https://schema.invalid/';

/** Where the subschemas of one document are, so that `$ref` finds them without looking anywhere else. */
export class References {
  readonly #resources = new Map<string, Resource>();
  readonly #owners = new Map<object, Resource>();
  readonly #root: Resource;

  constructor(document: JsonSchema) {
    this.#root = this.#resource(BASE, document);
    this.#walk(document, this.#root);
  }

  /** The resource that a schema of the document belongs to. */
  owner(schema: object | boolean): Resource {
    return (typeof schema === 'object' ? this.#owners.get(schema) : undefined) ?? this.#root;
  }

  /** Every resource of the document. */
  get resources(): Iterable<Resource> {
    return this.#resources.values();
  }

  /** Where a reference in `from` leads; undefined when that is not in this document. */
  resolve(from: Resource, reference: string): Target | undefined {
    const url = parseUrl(reference, from.uri);
    if (!url) return undefined;
    const fragment = decodeFragment(url.hash.slice(1));
    url.hash = '';
    const resource = this.#resources.get(url.href);
    if (!resource || fragment === undefined) return undefined;
    if (fragment === '') return { schema: resource.root, resource };
    if (fragment.startsWith('/')) return this.#pointer(resource, fragment);
    const dynamic = resource.dynamicAnchors.get(fragment);
    if (dynamic !== undefined) return { schema: dynamic, resource: this.owner(dynamic), dynamicAnchor: fragment };
    const schema = resource.anchors.get(fragment);
    return schema === undefined ? undefined : { schema, resource: this.owner(schema) };
  }

  #pointer(resource: Resource, pointer: string): Target | undefined {
    let at: unknown = resource.root;
    for (const token of pointer.slice(1).split('/')) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      at = typeof at === 'object' && at !== null ? own(at, key) : undefined;
    }
    if (typeof at === 'boolean') return { schema: at, resource };
    if (!isObject(at)) return undefined;
    // Guaranteed by where it was found: an object in a JSON document.
    const schema = at as Exclude<JsonSchema, boolean>;
    // It may lie where no keyword expects a schema, and then it was not walked before.
    if (!this.#owners.has(schema)) this.#walk(schema, resource);
    return { schema, resource: this.owner(schema) };
  }

  #resource(uri: string, root: JsonSchema): Resource {
    const resource = { uri, root, anchors: new Map(), dynamicAnchors: new Map() };
    this.#resources.set(uri, resource);
    return resource;
  }

  #walk(schema: unknown, outer: Resource, depth = 0): void {
    // What is deeper is refused by `inspect`.
    if (!isObject(schema) || depth > MAX_NESTING || this.#owners.has(schema)) return;
    const node = schema as Exclude<JsonSchema, boolean>;
    let resource = outer;
    if (typeof node.$id === 'string') {
      const url = parseUrl(node.$id, outer.uri);
      if (url) {
        url.hash = '';
        resource = this.#resource(url.href, node);
      }
    }
    this.#owners.set(node, resource);
    if (typeof node.$anchor === 'string') resource.anchors.set(node.$anchor, node);
    if (typeof node.$dynamicAnchor === 'string') resource.dynamicAnchors.set(node.$dynamicAnchor, node);
    for (const [, , sub] of subschemas(node)) this.#walk(sub, resource, depth + 1);
  }
}

function parseUrl(text: string, base: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
