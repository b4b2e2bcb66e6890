import {
  type Identifier,
  isBindingElement,
  isCallExpression,
  isElementAccessExpression,
  isExportSpecifier,
  isIdentifier,
  isImportSpecifier,
  isNewExpression,
  isPropertyAccessExpression,
  isQualifiedName,
  isShorthandPropertyAssignment,
  isStringLiteral,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { type Checker, SymbolFlags } from 'typescript/unstable/sync';

/** Names that reach out of the language: to Node, the clock, chance, the terminal, or the code generator. */
const REACHING = new Set([
  'process',
  'Buffer',
  'console',
  'require',
  '__dirname',
  '__filename',
  'setImmediate',
  'eval',
  'Function',
  'Date',
  'Math',
]);
const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'self', 'window']);

/** The global that a node reaches, as the law names it (`process`, `Date.now`, `new Function`); else undefined. */
export function globalReached(node: Node, checker: Checker): string | undefined {
  if (!isIdentifier(node) || isName(node)) return undefined;
  if (GLOBAL_OBJECTS.has(node.text)) {
    const member = memberOf(node);
    return member !== undefined && REACHING.has(member) && !isDeclared(node, checker) ? member : undefined;
  }
  if (!REACHING.has(node.text) || isDeclared(node, checker)) return undefined;
  const called = isCallExpression(node.parent) || isNewExpression(node.parent);
  switch (node.text) {
    case 'Function':
      return called ? 'new Function' : undefined;
    case 'Math':
      return memberUse(node, 'random');
    case 'Date':
      // `new Date(x)` only reads x; without arguments it reads the clock.
      if (isNewExpression(node.parent)) return node.parent.arguments?.length ? undefined : 'new Date()';
      return memberUse(node, 'now');
    default:
      return node.text;
  }
}

/** `Date.now` when that member is read; `Date` when the object itself is handed on, called or taken apart. */
function memberUse(node: Identifier, forbidden: string): string | undefined {
  const member = memberOf(node);
  if (member !== undefined) return member === forbidden ? `${node.text}.${member}` : undefined;
  const harmless =
    node.parent.kind === SyntaxKind.TypeReference ||
    node.parent.kind === SyntaxKind.TypeQuery ||
    // `x instanceof Date`
    node.parent.kind === SyntaxKind.BinaryExpression;
  return harmless ? undefined : node.text;
}

function memberOf(node: Identifier): string | undefined {
  const { parent } = node;
  if (isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text;
  if (!isElementAccessExpression(parent) || parent.expression !== node) return undefined;
  return isStringLiteral(parent.argumentExpression) ? parent.argumentExpression.text : undefined;
}

/** Whether it names a member or a declaration instead of reading a variable. */
function isName(node: Identifier): boolean {
  const { parent } = node;
  if (isShorthandPropertyAssignment(parent)) return false;
  if (isQualifiedName(parent)) return parent.right === node;
  if (isImportSpecifier(parent) || isExportSpecifier(parent)) return true;
  if (isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  return 'name' in parent && parent.name === node;
}

function isDeclared(node: Identifier, checker: Checker): boolean {
  const meaning = SymbolFlags.Value | SymbolFlags.Type | SymbolFlags.Alias;
  // The compiler knows `globalThis` and `undefined` by itself: symbols that no file declares.
  return (checker.resolveName(node.text, meaning, node)?.declarations.length ?? 0) > 0;
}
