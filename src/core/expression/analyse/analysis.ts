import type { ASTNode } from '@marcbachmann/cel-js';
import { printable } from '../../quote.ts';
import { NO_REFERENCES } from '../references.ts';
import type { Kind, Node, StageField } from '../tree.ts';
import type { ExpressionOptions, ExpressionProblem, References } from '../types.ts';

export const ROOTS = ['input', 'stages', 'context', 'vars', 'secrets'] as const;
export type Root = (typeof ROOTS)[number];

/** Names that are refused as literal keys: no data needs them, and every escape begins with one. */
const REFUSED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const SECRET_USES = 'A secret can be sent as it is, with text around it, or through base64, sha256 or hmacSha256';

interface Variable {
  readonly name: string;
  readonly slot: number;
}

/** What is collected while an expression is checked: problems, and what it names. */
export class Analysis {
  readonly source: string;
  readonly options: ExpressionOptions;
  readonly problems: ExpressionProblem[] = [];
  /** Macro variables, innermost last. */
  readonly variables: Variable[] = [];
  /** How many `has` and `default` there are around: what is read there may be missing. */
  lenient = 0;
  /** Slots that the expression needs. */
  slots = 0;
  readonly #stages = new Map<string, Set<StageField>>();
  readonly #vars = new Names();
  readonly #secrets = new Names();
  readonly #contextVars = new Set<string>();
  readonly #context = new Set<string>();
  readonly #roots = new Set<string>();

  constructor(source: string, options: ExpressionOptions) {
    this.source = source;
    this.options = options;
  }

  get references(): References {
    if (this.#roots.size === 0) return NO_REFERENCES;
    return {
      stages: this.#stages,
      vars: this.#vars.required,
      optionalVars: this.#vars.optional,
      secrets: this.#secrets.required,
      optionalSecrets: this.#secrets.optional,
      contextVars: this.#contextVars,
      context: this.#context,
      roots: this.#roots,
    };
  }

  /** Notes a problem; what comes back stands for the value, so that the rest is checked too. */
  problem(code: string, message: string, at: { start: number; end: number }, hint?: string): Node {
    this.problems.push({ code, message, hint, start: at.start, end: at.end });
    return this.make(at, 'any', { op: 'constant', value: null });
  }

  /** A node with what all nodes have. */
  make<Rest extends { readonly op: Node['op'] }>(
    at: { start: number; end: number },
    kind: Kind,
    rest: Rest,
    children: readonly Node[] = [],
    text = this.textOf(at),
  ): Node {
    let size = 1;
    for (const child of children) size += child.size;
    const node = { start: at.start, end: at.end, kind, text, secrets: [], size, ...rest };
    // Rest is one of the union's members: every caller gives the fields that go with its `op`.
    return node as unknown as Node;
  }

  textOf({ start, end }: { start: number; end: number }): string {
    const written = this.source.slice(start, end);
    // Most are names: nothing in them has to be made printable.
    const text = /^[!-~]*$/.test(written) ? written : printable(written.replaceAll(/\s+/g, ' '));
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  }

  /** Whether the name may stand as a literal key; notes a problem when not. */
  admits(key: string, at: { start: number; end: number }): boolean {
    if (!REFUSED.has(key)) return true;
    this.problem(
      'REFUSED_KEY',
      `\`${key}\` may not be written as a key`,
      at,
      'To read data of that name go through `entries(x)`',
    );
    return false;
  }

  /** Notes a problem when the value may be a secret where secrets cannot be used. */
  open(node: Node, why: string): void {
    if (node.secrets.length > 0) this.problem('SECRET_MISUSE', why, node, SECRET_USES);
  }

  root(name: string): void {
    this.#roots.add(name);
  }

  stage(id: string, field: StageField): void {
    const fields = this.#stages.get(id);
    if (fields) fields.add(field);
    else this.#stages.set(id, new Set([field]));
  }

  contextField(name: string): void {
    this.#context.add(name);
  }

  contextVar(name: string): void {
    this.#contextVars.add(name);
  }

  named(root: 'vars' | 'secrets', name: string, optional: boolean): void {
    (root === 'vars' ? this.#vars : this.#secrets).add(name, optional || this.lenient > 0);
  }

  /** `has(vars.X)`: whoever asks whether it is there may read it elsewhere in the expression. */
  asked(root: 'vars' | 'secrets', name: string): void {
    (root === 'vars' ? this.#vars : this.#secrets).ask(name);
  }

  variable(name: string): Variable | undefined {
    return this.variables.findLast((variable) => variable.name === name);
  }

  isRoot(name: string): name is Root {
    return (ROOTS as readonly string[]).includes(name) && !this.options.without?.includes(name);
  }

  isLocal(name: string): boolean {
    return this.options.locals?.includes(name) ?? false;
  }

  /** Every name that may stand at the beginning of a path, for suggestions. */
  get names(): string[] {
    const roots = ROOTS.filter((root) => !this.options.without?.includes(root));
    return [...this.variables.map(({ name }) => name), ...(this.options.locals ?? []), ...roots];
  }
}

/** Names that must exist, and those that need not. */
class Names {
  readonly #strict = new Set<string>();
  readonly #lenient = new Set<string>();
  readonly #asked = new Set<string>();

  add(name: string, optional: boolean): void {
    (optional ? this.#lenient : this.#strict).add(name);
  }

  ask(name: string): void {
    this.#asked.add(name);
  }

  get required(): ReadonlySet<string> {
    return new Set([...this.#strict].filter((name) => !this.#asked.has(name)));
  }

  get optional(): ReadonlySet<string> {
    const { required } = this;
    return new Set([...this.#lenient, ...this.#asked].filter((name) => !required.has(name)));
  }
}

/** A literal text or undefined: what an id or a name in brackets must be. */
export function literalText(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
