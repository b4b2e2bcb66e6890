/** What a body is, by its `content-type`. */
export interface ContentType {
  /** Lower-case, without parameters: `application/json`; empty when there is none. */
  readonly type: string;
  /** As it is written. */
  readonly charset: string | undefined;
}

export function parseContentType(header: string | undefined): ContentType {
  const [type = ''] = (header ?? '').split(';', 1);
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(header ?? '')?.[1];
  return { type: type.trim().toLowerCase(), charset };
}

/** Types of texts outside of `text/`, `+json` and `+xml`. */
const TEXTS: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/graphql',
  'application/javascript',
  'application/jsonl',
  'application/ndjson',
  'application/sql',
  'application/toml',
  'application/x-javascript',
  'application/x-ndjson',
  'application/x-sh',
  'application/x-www-form-urlencoded',
  'application/x-yaml',
  'application/xml',
  'application/yaml',
  'image/svg+xml',
]);

export function isJson({ type }: ContentType): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

export function isText({ type, charset }: ContentType): boolean {
  return charset !== undefined || type.startsWith('text/') || type.endsWith('+xml') || TEXTS.has(type);
}
