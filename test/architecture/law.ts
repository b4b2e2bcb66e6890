import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { findCycles } from './cycles.ts';
import type { Facts, Finding, Import, Parser } from './facts.ts';
import {
  EDGE_GLOBALS,
  EMPTY_NAMES,
  MAX_COMMAND_LINES,
  MAX_LINES,
  MAY_IMPORT,
  NODE_ROOMS,
  OUTSIDE_DATA,
  REGISTRIES,
  roomOf,
  SQL_PLACES,
  TEMPLATES,
  TOP_LEVEL,
} from './rooms.ts';
import type { Tree, Violation } from './tree.ts';

/** Every breach of the law in a tree; none when it is kept. */
export function breaches(tree: Tree, parser: Parser): Violation[] {
  const sources = new Map(
    [...tree.files].filter(([path]) => /\.[cm]?[jt]s$/.test(path) && !path.startsWith(TEMPLATES)),
  );
  const facts = parser.read(sources);
  const found = [...layout(tree)];
  for (const [path, text] of sources) found.push(...size(path, text));
  for (const [path, fact] of facts) found.push(...imports(path, fact), ...findings(path, fact));
  return [...found, ...cycles(facts)];
}

function* layout(tree: Tree): Generator<Violation> {
  for (const name of tree.top) {
    if (!name.startsWith('.') && !TOP_LEVEL.has(name))
      yield { rule: 'layout', file: name, line: 0, message: 'does not belong at the top level' };
  }
  const judged = new Set<string>();
  for (const path of tree.files.keys()) {
    const segments = path.split('/');
    const room = roomOf(path);
    if (room !== undefined && !Object.hasOwn(MAY_IMPORT, room) && room !== 'templates')
      yield { rule: 'layout', file: path, line: 0, message: `src/${room} is not a room of the architecture` };
    for (let i = 0; i < segments.length; i++) {
      const name = segments.slice(0, i + 1).join('/');
      const empty = (segments[i] ?? '').split(/[-_.]/).find((word) => EMPTY_NAMES.has(word.toLowerCase()));
      if (empty === undefined || judged.has(name)) continue;
      judged.add(name);
      yield { rule: 'name', file: name, line: 0, message: `"${empty}" does not say what is inside` };
    }
  }
}

function* size(path: string, text: string): Generator<Violation> {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const command = path.startsWith('src/cli/commands/');
  const most = command ? MAX_COMMAND_LINES : MAX_LINES;
  const what = command ? 'a command' : 'a source file';
  if (lines > most)
    yield { rule: 'length', file: path, line: 0, message: `${lines} lines; ${what} has at most ${most}` };
}

function* imports(path: string, facts: Facts): Generator<Violation> {
  const room = roomOf(path);
  for (const found of facts.imports) {
    const message = importBreach(path, room, found);
    if (message) yield { rule: 'import', file: path, line: found.line, message };
  }
}

function importBreach(path: string, room: string | undefined, { specifier, typeOnly }: Import): string | undefined {
  const node = room === undefined || NODE_ROOMS.has(room);
  if (specifier === undefined) return node ? undefined : 'a computed import belongs to a room that touches Node';
  if (/^(node:)?vm(\/|$)/.test(specifier)) return 'node:vm is no sandbox and is used nowhere';
  if (isBuiltin(specifier)) return node ? undefined : `${specifier} belongs to cli and hosts/node, not to ${room}`;
  const target = targetOf(path, specifier);
  if (target === undefined) return undefined;
  if (target.startsWith(TEMPLATES)) return 'templates are files; nobody imports them';
  if (room === undefined) return undefined;
  if ((node || room === 'hosts/edge') && OUTSIDE_DATA.has(target)) return undefined;
  if (!target.startsWith('src/')) return `${specifier} leads out of src`;
  if (roomOf(target) === room) return undefined;
  const below = target.slice('src/'.length);
  const allowed = (MAY_IMPORT[room] ?? []).some((prefix) =>
    prefix.startsWith('type:') ? typeOnly && below === prefix.slice('type:'.length) : within(below, prefix),
  );
  return allowed ? undefined : `${room} may not import ${below}${typeOnly ? ' (types included)' : ''}`;
}

/** `hosts/edge` is no folder but every host that is not Node's. */
function within(path: string, prefix: string): boolean {
  return prefix === 'hosts/edge' ? roomOf(`src/${path}`) === prefix : path.startsWith(prefix);
}

/** The path that an import of our own leads to; undefined for a package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier === 'flowmason/component') return 'src/executor/component.ts';
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return specifier.startsWith('/') || specifier.startsWith('#') ? specifier : undefined;
}

const MESSAGES: Readonly<Record<Finding['kind'], (what: string) => string>> = {
  any: () => 'any hides mistakes; name the type, or use unknown',
  barrel: () => 're-exports belong to the registries; import from the file itself',
  cast: () => 'a double cast needs a line above it that states the guarantee',
  directive: (what) => `@ts-${what} hides mistakes`,
  global: (what) => `${what} belongs to cli and hosts/node; elsewhere it comes in through a port`,
  regexp: () => 'a RegExp is made of a literal only',
  sql: (what) => `SQL is written in store/dialects only: ${what}`,
};

function* findings(path: string, facts: Facts): Generator<Violation> {
  for (const { kind, what, line } of facts.findings) {
    if (!breaks(path, kind, what)) continue;
    const message =
      what === 'eval' || what === 'new Function'
        ? `${what} runs text as code; it is used nowhere`
        : MESSAGES[kind](what);
    yield { rule: kind, file: path, line, message };
  }
}

function breaks(path: string, kind: Finding['kind'], what: string): boolean {
  const room = roomOf(path);
  switch (kind) {
    case 'any':
      return true;
    case 'directive':
      // A test may state that a mistake does not compile.
      return !(what === 'expect-error' && path.startsWith('test/'));
    case 'global':
      if (what === 'eval' || what === 'new Function') return true;
      return room !== undefined && !NODE_ROOMS.has(room) && !EDGE_GLOBALS[path]?.includes(what);
    case 'barrel':
      return room !== undefined && !REGISTRIES.has(path);
    case 'sql':
      return room !== undefined && !SQL_PLACES.some((place) => path.startsWith(place));
    case 'cast':
    case 'regexp':
      return room !== undefined;
  }
}

function* cycles(facts: ReadonlyMap<string, Facts>): Generator<Violation> {
  const edges = new Map<string, string[]>();
  for (const [path, { imports }] of facts) {
    const known = imports.filter(({ late }) => !(late && REGISTRIES.has(path)));
    const targets = known.flatMap(({ specifier }) =>
      specifier === undefined ? [] : (targetOf(path, specifier) ?? []),
    );
    edges.set(
      path,
      targets.filter((target) => facts.has(target)),
    );
  }
  for (const cycle of findCycles(edges))
    yield { rule: 'cycle', file: cycle[0] ?? '', line: 0, message: [...cycle, cycle[0]].join(' → ') };
}
