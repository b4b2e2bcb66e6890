import {
  type CallExpression,
  getLeadingCommentRanges,
  getTrailingCommentRanges,
  type ImportDeclaration,
  isAsExpression,
  isCallExpression,
  isExportDeclaration,
  isExportSpecifier,
  isIdentifier,
  isImportDeclaration,
  isImportSpecifier,
  isImportTypeNode,
  isLiteralTypeNode,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isRegularExpressionLiteral,
  isStringLiteral,
  isTemplateExpression,
  type NewExpression,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import type { FileSystem } from 'typescript/unstable/fs';
import { API, type Checker } from 'typescript/unstable/sync';
import { globalReached } from './globals.ts';

export interface Import {
  /** Undefined when it is computed. */
  readonly specifier: string | undefined;
  readonly line: number;
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is reached, not before. */
  readonly late: boolean;
}

export interface Finding {
  readonly kind: 'any' | 'barrel' | 'cast' | 'directive' | 'global' | 'regexp' | 'sql';
  readonly what: string;
  readonly line: number;
}

/** What one source file imports and what the law cares about in it. */
export interface Facts {
  readonly imports: readonly Import[];
  readonly findings: readonly Finding[];
}

/** The TypeScript compiler as a parser, in a process of its own that `close` ends. */
export class Parser {
  readonly #files = new Map<string, string>();
  readonly #api = new API({ fs: this.#reader(), cwd: '/' });
  #trees = 0;

  /**
   * Reads TypeScript and JavaScript by path. A name counts as a global when no file declares it, so a parameter called
   * `process` is nobody's business.
   */
  read(sources: ReadonlyMap<string, string>): Map<string, Facts> {
    // The compiler keeps what it has read, so every tree gets a root of its own.
    const root = `/tree${this.#trees++}`;
    const config = {
      compilerOptions: { noLib: true, noResolve: true, types: [], allowJs: true, module: 'esnext', target: 'esnext' },
      files: [...sources.keys()],
    };
    for (const [path, text] of sources) this.#files.set(`${root}/${path}`, text);
    this.#files.set(`${root}/tsconfig.json`, JSON.stringify(config));
    using snapshot = this.#api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] });
    const project = snapshot.getProject(`${root}/tsconfig.json`);
    if (!project) throw new Error('the compiler opened no project');
    const facts = new Map<string, Facts>();
    for (const path of sources.keys()) {
      const file = project.program.getSourceFile(`${root}/${path}`);
      if (!file) throw new Error(`the compiler did not parse ${path}`);
      facts.set(path, factsOf(file, project.checker));
    }
    return facts;
  }

  close(): void {
    this.#api.close();
  }

  /** Only what was handed in exists. */
  #reader(): FileSystem {
    const folder = (path: string): boolean => [...this.#files.keys()].some((file) => file.startsWith(`${path}/`));
    return {
      fileExists: (path) => this.#files.has(path),
      directoryExists: folder,
      readFile: (path) => this.#files.get(path) ?? null,
      realpath: (path) => path,
      getAccessibleEntries: () => ({ files: [], directories: [] }),
    };
  }
}

function factsOf(file: SourceFile, checker: Checker): Facts {
  const imports: Import[] = [];
  const findings: Finding[] = [];
  const imported = new Set<string>();
  const directives = new Set<number>();
  const line = (node: Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const find = (kind: Finding['kind'], what: string, node: Node): void => {
    findings.push({ kind, what, line: line(node) });
  };

  const visit = (node: Node): void => {
    readDirectives(node);
    if (isImportDeclaration(node)) for (const name of importedNames(node)) imported.add(name);
    const found = importOf(node);
    if (found) imports.push({ ...found, line: line(node) });
    if (isExportDeclaration(node)) {
      const names: string[] = [];
      node.exportClause?.forEachChild((child) => {
        if (isExportSpecifier(child)) names.push((child.propertyName ?? child.name).text);
      });
      if (node.moduleSpecifier || names.some((name) => imported.has(name))) find('barrel', 're-export', node);
    } else if (node.kind === SyntaxKind.AnyKeyword) find('any', 'any', node);
    else if (isAsExpression(node) && isAsExpression(node.expression) && !explained(node)) find('cast', 'cast', node);
    else if ((isCallExpression(node) || isNewExpression(node)) && isComputedRegExp(node))
      find('regexp', 'RegExp', node);
    const reached = globalReached(node, checker);
    if (reached) find('global', reached, node);
    const text = isTemplateExpression(node) ? node.head.text : textOf(node);
    if (text !== undefined && SQL.test(text)) find('sql', text.trim().slice(0, 30), node);
    node.forEachChild(visit);
  };

  const readDirectives = (node: Node): void => {
    const ranges = [
      ...(getLeadingCommentRanges(file.text, node.getFullStart()) ?? []),
      ...(getTrailingCommentRanges(file.text, node.getFullStart()) ?? []),
    ];
    for (const { pos, end } of ranges) {
      const match = DIRECTIVE.exec(file.text.slice(pos, end));
      if (!match || directives.has(pos)) continue;
      directives.add(pos);
      findings.push({
        kind: 'directive',
        what: match[1] ?? '',
        line: file.getLineAndCharacterOfPosition(pos).line + 1,
      });
    }
  };

  /** A comment on the cast's line or right above it, or above the statement that it is in. */
  const explained = (node: Node): boolean => {
    for (let at: Node = node; at.kind !== SyntaxKind.SourceFile; at = at.parent) {
      const { line: row } = file.getLineAndCharacterOfPosition(at.getStart(file));
      const starts = file.getLineStarts();
      const around = file.text.slice(starts[Math.max(0, row - 1)], starts[row + 1] ?? file.text.length);
      if (/(^|\s)\/\/ |\*\/\s*$/m.test(around)) return true;
      if (at.kind === SyntaxKind.Block) return false;
    }
    return false;
  };

  visit(file);
  return { imports, findings };
}

const DIRECTIVE = /^\/[/*]+\s*@ts-(ignore|nocheck|expect-error)/;
/** In capitals or in small letters; a sentence begins with one capital. */
const SQL =
  /^\s*(SELECT\s[\s\S]*\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+(UNIQUE\s+)?(TABLE|INDEX)\s|select\s[\s\S]*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|alter|drop)\s+(unique\s+)?(table|index)\s)/;

function textOf(node: Node): string | undefined {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  return undefined;
}

function importOf(node: Node): Omit<Import, 'line'> | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    if (!node.moduleSpecifier) return undefined;
    return { specifier: textOf(node.moduleSpecifier), typeOnly: isTypeOnly(node), late: false };
  }
  if (isImportTypeNode(node)) {
    const { argument } = node;
    return {
      specifier: isLiteralTypeNode(argument) ? textOf(argument.literal) : undefined,
      typeOnly: true,
      late: false,
    };
  }
  if (!isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === SyntaxKind.ImportKeyword || (isIdentifier(expression) && expression.text === 'require');
  if (!loads) return undefined;
  const argument = node.arguments[0];
  return { specifier: argument && textOf(argument), typeOnly: false, late: true };
}

function isTypeOnly(node: Node): boolean {
  if (isExportDeclaration(node)) return node.isTypeOnly;
  return isImportDeclaration(node) && node.importClause?.phaseModifier === SyntaxKind.TypeKeyword;
}

function importedNames(node: ImportDeclaration): string[] {
  const names: string[] = [];
  const visit = (child: Node): void => {
    if (isIdentifier(child)) names.push(child.text);
    else if (isImportSpecifier(child)) names.push(child.name.text);
    else child.forEachChild(visit);
  };
  if (node.importClause) visit(node.importClause);
  return names;
}

function isComputedRegExp(node: CallExpression | NewExpression): boolean {
  if (!isIdentifier(node.expression) || node.expression.text !== 'RegExp') return false;
  const pattern = node.arguments?.[0];
  return !pattern || (textOf(pattern) === undefined && !isRegularExpressionLiteral(pattern));
}
