import type { Evaluate, Evaluation } from './evaluation.ts';
import type { Operand } from './operand.ts';

/** What a node is known to give before it is evaluated. `any` is whatever the data holds. */
export type Kind =
  | 'any'
  | 'null'
  | 'boolean'
  | 'number'
  | 'text'
  | 'list'
  | 'object'
  | 'timestamp'
  | 'duration'
  | 'bytes'
  | 'optional';

interface Base {
  /** UTF-16 offsets in the source. */
  readonly start: number;
  readonly end: number;
  /** As messages name it: `input.user.name`, or the source itself. */
  readonly text: string;
  readonly kind: Kind;
  /** Names of the secrets that the value may be made of. */
  readonly secrets: readonly string[];
  /** Nodes from here down: what one evaluation costs in steps. */
  readonly size: number;
}

export type StageField = 'output' | 'status' | 'error';

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

/** A checked expression: names are resolved, calls are bound. What the syntax tree becomes before it is compiled. */
export type Node = Base &
  (
    | { readonly op: 'constant'; readonly value: unknown }
    | { readonly op: 'root'; readonly name: 'input' | 'context' | 'vars' }
    | { readonly op: 'secret'; readonly name: string }
    | { readonly op: 'local'; readonly name: string }
    | { readonly op: 'variable'; readonly slot: number }
    | { readonly op: 'stage'; readonly id: string; readonly field: StageField }
    /** `optional`: written `.?` or `[?]`, or behind one. `key` is a constant node for names. */
    | { readonly op: 'member'; readonly object: Node; readonly key: Node; readonly optional: boolean }
    | { readonly op: 'not' | 'negate'; readonly operand: Node }
    | { readonly op: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | { readonly op: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
    | { readonly op: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node }
    | { readonly op: 'list'; readonly items: readonly Node[] }
    | { readonly op: 'object'; readonly entries: readonly { readonly key: Node; readonly value: Node }[] }
    | { readonly op: 'has'; readonly target: Node }
    | { readonly op: 'default' | 'orValue'; readonly value: Node; readonly fallback: Node }
    | {
        readonly op: 'macro';
        readonly macro: Macro;
        readonly range: Node;
        readonly slot: number;
        readonly filter: Node | undefined;
        readonly body: Node;
      }
    | { readonly op: 'call'; readonly signature: Signature; readonly args: readonly Node[] }
  );

export type NodeOf<Op extends Node['op']> = Matching<Node, Op>;
type Matching<N, Op> = N extends { readonly op: infer O } ? (Op extends O ? N : never) : never;

export type Call = NodeOf<'call'>;

/** One function of the language: `f(x, y)` and `x.f(y)` are the same call. */
export type Signature = Described & ({ readonly run: Run } | { make(): Run });

/** Charges the evaluation for its work, and throws Faults. */
export type Run = (evaluation: Evaluation, call: Call, ...args: unknown[]) => unknown;

interface Described {
  readonly name: string;
  /** How it is written, for messages: `x.split(sep)`. */
  readonly form: string;
  /** Arguments that it takes, the one before the dot counted. */
  readonly least: number;
  readonly most: number;
  /** What it gives. */
  readonly kind: Kind;
  /** It gives another value each time: never computed beforehand. */
  readonly varies?: boolean;
  /** It takes secrets, and gives a secret when it got one. */
  readonly secrets?: boolean;
  /** Looks at constant arguments; what it returns is a problem of the call. */
  check?(call: Call): string | undefined;
}

/** `list.name(x, body)` or `name(list, x, body)`: evaluates its body once per item. */
export interface Macro {
  readonly name: string;
  readonly form: string;
  /** Whether a condition may stand before the body. */
  readonly filters?: boolean;
  /** Whether the name of a field may stand for variable and body: `sortBy(list, "price")`. */
  readonly byField?: boolean;
  readonly kind: Kind;
  run(evaluation: Evaluation, items: readonly unknown[], loop: Loop): unknown;
}

/** A compiled macro: what it repeats. */
export interface Loop {
  readonly node: NodeOf<'macro'>;
  /** Of the variable. */
  readonly slot: number;
  /** Steps of one round. */
  readonly cost: number;
  readonly body: Evaluate;
  /** Of `map` with three arguments: whether the item takes part. */
  readonly filter: Operand | undefined;
  readonly placing: Placing;
}

/**
 * What is to be done with a value that goes into a new list or object: nothing; `weigh`: count text, and look at what
 * else it is; `mark`: it may be put into many places, so the result must be walked before it leaves.
 */
export type Placing = 'nothing' | 'weigh' | 'mark';
