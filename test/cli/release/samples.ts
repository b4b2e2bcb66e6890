import { existsSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { type Screen, screenOf } from '../../../src/cli/print/screen.ts';
import { displayWidth } from '../../../src/core/columns.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { diffReleases, type ReleaseDiff } from '../../../src/core/release/diff-release.ts';
import { digestOf } from '../../../src/core/release/digest.ts';
import type { ReleaseManifest } from '../../../src/core/release/manifest.ts';

const FILE = '../shared/data/naughty/blns.json';
/** Texts that terminals, HTML and Markdown read in their own ways. */
export const HOSTILE: readonly string[] = [
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007',
  'a\r\nb\tc\u0000\u0085\u2028\u202eevil',
  '</code></summary></details><script>alert(1)</script>',
  '```\n# out\n```',
  '`` ` ```` code',
  '| a | b |\\|',
  '@octocat #12 www.example.com https://example.com a@example.com :+1:',
  '[x](javascript:alert(1)) ![y](https://example.com/p.png) **b** _i_ ~~s~~ <b>&amp;',
  '- [ ] task\n\n---\n1. one',
  ' ',
  ...(existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as string[]) : []),
];

console.info(`${HOSTILE.length} hostile strings go through the texts of releases`);

/** A terminal of so many columns, with colours or without. */
export function terminal(width: number, colours = false): Screen {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: width,
    getColorDepth: () => (colours ? 8 : 1),
  });
  // What a screen asks of a stream is all there.
  return screenOf(stream as unknown as NodeJS.WriteStream);
}

/** A pipe, as CI has it. */
export const PIPE: Screen = { width: 100, terminal: false, paint: (_style, text) => text };

/** No line is wider than the screen, and nothing moves a cursor. */
export function expectToFit(text: string, width: number): void {
  for (const line of stripVTControlCharacters(text).split('\n')) {
    expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
  }
}

export const DIGEST = '3f2a9c1b4d5e'.padEnd(64, '0');
export const NEXT_DIGEST = '9ab012345678'.padEnd(64, '0');
export const LOCAL = { kind: 'org', name: 'local', database: 'sqlite:///flowmason.db' } as const;
export const PRODUCTION = { kind: 'env', name: 'production', url: 'https://fm.example.com', tenant: 'acme' } as const;

export function pipeline(name: string, more: JsonObject = {}): JsonObject {
  return { name, version: '1.0.0', stages: [{ id: 'a', component: 'logger', config: { message: name } }], ...more };
}

/** What differs between two releases of these pipelines. */
export function diffOf(
  before: readonly JsonObject[] | undefined,
  after: readonly JsonObject[],
  more: { readonly before?: Partial<ReleaseManifest>; readonly after?: Partial<ReleaseManifest> } = {},
): ReleaseDiff {
  const definitions = new Map([...(before ?? []), ...after].map((each) => [digestOf(each as Json), each]));
  const old = before && manifest(before, '1.1.0', more.before);
  return diffReleases(old, manifest(after, '1.2.0', more.after), definitions);
}

function manifest(
  pipelines: readonly JsonObject[],
  version: string,
  more: Partial<ReleaseManifest> = {},
): ReleaseManifest {
  return {
    format: 1,
    project: 'shop',
    version,
    pipelines: Object.fromEntries(pipelines.map((each) => [String(each.name), digestOf(each as Json)])),
    settings: {},
    requires: needs(),
    components: {},
    ...more,
  };
}

export function needs(more: Partial<ReleaseManifest['requires']> = {}): ReleaseManifest['requires'] {
  return { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] }, ...more };
}

const BODY = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine';
const ORDERS: JsonObject = {
  name: 'orders',
  version: '1.1.0',
  tags: ['a', 'b'],
  input: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
  stages: [
    { id: 'fetch', component: 'http-request', config: { url: 'https://a.example/orders', body: BODY } },
    { id: 'pay', component: 'logger', config: { message: 'charge this customer now' } },
    { id: 'guard', component: 'trycatch', config: { try_stages: ['fetch'] } },
    { id: 'mail', component: 'logger', config: { message: 'bye' } },
  ],
  triggers: [{ id: 'nightly', type: 'schedule', cron: '0 1 * * *' }],
};
const NEXT_ORDERS: JsonObject = {
  ...ORDERS,
  version: '1.2.0',
  tags: ['b', 'c'],
  input: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] },
  stages: [
    {
      id: 'fetch',
      component: 'http-request',
      config: { url: 'https://b.example/orders', body: BODY.replace('five', 'FIVE\nfive and a half') },
      timeout: '5m',
    },
    { id: 'charge', component: 'logger', config: { message: 'charge this customer now' } },
    { id: 'guard', component: 'trycatch', config: { try_stages: ['fetch', 'charge'] } },
    { id: 'notify', component: 'http-request', config: { url: 'https://b.example' } },
  ],
  triggers: [{ id: 'nightly', type: 'schedule', cron: '0 2 * * *' }],
};
const TWO: Json[] = [
  { id: 'a', component: 'logger' },
  { id: 'b', component: 'logger' },
];
const OLD = [ORDERS, pipeline('old-report'), pipeline('order', { stages: TWO }), pipeline('same')];
const NEW = [
  NEXT_ORDERS,
  pipeline('invoices', { triggers: [{ id: 'hook', type: 'webhook', path: 'in' }] }),
  pipeline('order', { stages: [...TWO].reverse() }),
  pipeline('same'),
];

/** A release that changes a bit of everything. */
export const SHOP_DIFF = diffOf(OLD, NEW, {
  before: {
    settings: { ai: { model: 'openai/gpt-5-mini' } },
    requires: needs({ vars: ['OLD_URL'] }),
    components: { logger: '1.0.0' },
  },
  after: {
    settings: { ai: { model: 'openai/gpt-5' } },
    requires: needs({ vars: ['BASE_URL'], secrets: ['API_KEY'] }),
    components: { logger: '1.1.0', 'http-request': '1.0.0' },
  },
});

/** A release that has the text wherever somebody can write one. */
export function hostileDiff(text: string): ReleaseDiff {
  const stages = (value: string): Json => [
    { id: `${text}1`, component: text, config: { [text]: value, text: `${value}\n${text}\n${value}` } },
    { id: `${value}2`, component: text },
  ];
  const triggers = (value: string): Json => [{ id: text, type: text, cron: value }];
  const made = (name: string, value: string): JsonObject => ({
    name,
    version: `${text}${value}`,
    description: value,
    tags: [value, text],
    stages: stages(value),
    triggers: triggers(value),
  });
  const more = (value: string): Partial<ReleaseManifest> => ({
    version: text,
    settings: { ai: { model: value } },
    requires: needs({ vars: [value] }),
    components: { [text]: value },
  });
  return diffOf(
    [made(`${text}c`, `${text}x`), made(`${text}r`, text)],
    [made(`${text}c`, `${text}y`), made(`${text}a`, text)],
    { before: more(`${text}x`), after: more(`${text}y`) },
  );
}
