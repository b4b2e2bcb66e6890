import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BuildResult } from 'esbuild';
import { DIST, ROOT } from './places.ts';

/** What `flowmason/component` is to who writes components. */
export const COMPONENT = `export { defineComponent } from './src/executor/component.ts';
export { StageError } from './src/core/run.ts';`;

/** The folder that `npm pack` makes the published package of: the bundle, its types, and who wrote what is in it. */
export function writePackage(results: readonly BuildResult[]): void {
  const target = join(DIST, 'npm');
  rmSync(target, { recursive: true, force: true });
  const parts = results.flatMap(({ outputFiles = [] }) => outputFiles.map(({ path }) => relative(ROOT, path)));
  for (const path of [
    'bin',
    'LICENSE',
    'CHANGELOG.md',
    'README.md',
    ...parts.filter((part) => !part.endsWith('.map')),
  ]) {
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(target, path), { recursive: true });
  }
  writeTypes(join(target, 'dist', 'types'));
  writeFileSync(join(target, 'THIRD_PARTY_NOTICES.md'), notices(results));
  const { name, version, description, license, type, engines, bin } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const exports = {
    './component': { types: './dist/types/index.d.ts', default: './dist/component.js' },
    './package.json': './package.json',
  };
  // The addon of the bundled libSQL: npm installs the one of the platform.
  const { optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules', 'libsql', 'package.json'), 'utf8'),
  );
  const manifest = { name, version, description, license, type, engines, bin, exports, optionalDependencies };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Declarations for who writes components, those of valibot included; imports end in `.js`, as TypeScript wants them. */
function writeTypes(outDir: string): void {
  const config = join(DIST, 'tsconfig.types.json');
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir, rootDir: '../src' };
  const files = ['../src/executor/component.ts', '../src/core/run.ts'];
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions, files, include: [] }));
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config]);
  rmSync(config);
  for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const text = readFileSync(file, 'utf8').replaceAll(/(from '\..*)\.ts';/g, "$1.js';");
    writeFileSync(file, text.replaceAll("from 'valibot';", "from '../valibot.js';"));
  }
  // Its comments are most of it, and its documentation says the same.
  const valibot = readFileSync(join(ROOT, 'node_modules', 'valibot', 'dist', 'index.d.mts'), 'utf8');
  const types = valibot
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^\s+/gm, '');
  writeFileSync(join(outDir, 'valibot.d.ts'), types);
  writeFileSync(
    join(outDir, 'index.d.ts'),
    COMPONENT.replaceAll('./src/', './').replaceAll('.ts', '.js').replace('{ defineComponent }', '*'),
  );
}

/** Name, version and licence text of every package that a part of the bundle comes from. */
function notices(results: readonly BuildResult[]): string {
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}));
  const inputs = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = inputs.map(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const seen = new Map<string, string>();
  const sections = [...new Set(folders)]
    .filter((folder) => folder !== undefined)
    .sort()
    .map((folder) => noticeOf(folder, seen));
  return ['# Third-party notices', 'This package contains parts of the following packages.', ...sections].join('\n\n');
}

/** A licence that stands there already, word for word but for its title and who has the copyright, is referred to: `seen` tells by its words. */
function noticeOf(folder: string, seen: Map<string, string>): string {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(ROOT, folder, file), 'utf8').trim() : 'No licence text is part of the package.';
  const source = `Source: ${homepage ?? `https://www.npmjs.com/package/${name}`}`;
  const heading = `## ${name} ${version} (${license})\n\n${source}`;
  const words = wordsOf(text);
  const first = seen.get(words);
  if (first === undefined) seen.set(words, name);
  const holders = text.match(COPYRIGHT)?.map((line) => line.trim());
  if (first === undefined) return `${heading}\n\n${text}`;
  const shown = holders ? `${holders.join('\n')}\n\n` : '';
  return `${heading}\n\n${shown}The text of the licence is that of ${first}, above.`;
}

/** What is the same in two copies of a licence: neither its marks nor its title. */
function wordsOf(text: string): string {
  const words = text
    .replaceAll(COPYRIGHT, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ');
  return words.trim().replace(/^(?:the )?(?:mit|isc) licen[cs]e (?:\(?mit\)? )?/, '');
}

const COPYRIGHT = /^.*copyright (?:\(c\)|©|\d{4}).*$/gim;
