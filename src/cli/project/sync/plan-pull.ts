import { fail } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import { quote } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Digests } from '../../../core/release/facts.ts';
import { mergePipelines } from '../../../core/release/merge.ts';
import { planSync, type SyncReason, type SyncStep } from '../../../core/release/sync-plan.ts';
import { mergedText } from '../../../core/release/text.ts';
import { parseSource } from '../../../core/source/parse.ts';
import type { FolderState } from '../local-digests.ts';
import { conflictOf, type PullConflict, type PullConflictKind, type Way } from './conflicts.ts';
import { type LoadTexts, textDigest } from './content.ts';

/** What becomes of conflicts: `stop` lists them, the others decide them. */
export type PullMode = 'stop' | Way;

export interface PullInput {
  /** The files as they are. */
  readonly folder: FolderState;
  readonly base: Digests | undefined;
  /** The active release of the org. */
  readonly theirs: Digests;
  /** Whether the org's history has that pipeline; asked only without a base. */
  readonly known: (name: string, digest: Digest) => boolean;
  readonly mode: PullMode;
  /** Whether files may be deleted that the org has no more. */
  readonly prune: boolean;
  /** The org's source texts of what is active there: all of these digests. */
  readonly load: LoadTexts;
  /** Texts of the base, from wherever they still exist (`baseLoader`). */
  readonly loadBase: LoadTexts;
  /** The errors of these texts, checked as one project, by the name of the pipeline. */
  readonly check: (texts: ReadonlyMap<string, string>) => Promise<ReadonlyMap<string, readonly Problem[]>>;
}

/** What is to be done to one file. */
export interface FileAction {
  readonly action: 'write' | 'delete' | 'keep';
  readonly name: string;
  /** From the project's folder, with `/`. */
  readonly path: string;
  readonly reason: SyncReason;
  /** Of `write`: the whole new file, with its byte order mark. */
  readonly text?: string;
  /** SHA-256 of the bytes that the file has now; null when there is none. */
  readonly before: string | null;
}

export interface PullPlan {
  /** Sorted by name. To be done only when there are no conflicts. */
  readonly actions: readonly FileAction[];
  readonly conflicts: readonly PullConflict[];
  /** Of files that are written although they are not valid yet, because `--merge` asked for it. */
  readonly warnings: readonly Problem[];
  /** The org's texts that are at hand: for `rememberSync`. */
  readonly texts: ReadonlyMap<Digest, () => string>;
}

/**
 * What a pull does to the files: three-way, by digest, and stage by stage where both sides changed a pipeline. Writes
 * nothing. A file that only the org changed becomes its source text byte for byte; one that nobody changed is not touched.
 * Throws FlowMasonError `RELEASE_MISMATCH` when a text is not that of its digest, and what `load` and `check` throw.
 */
export async function planPull(input: PullInput): Promise<PullPlan> {
  const { folder, base, theirs, known } = input;
  const steps = planSync({ base, ours: folder.digests, theirs, known, unreadable: folder.unreadable });
  const decider = new Decider(input, await textsFor(input, steps));
  for (const step of steps) decider.decide(step);
  await decider.checkMerged();
  return decider.plan();
}

interface Texts {
  readonly base: ReadonlyMap<Digest, string>;
  readonly theirs: ReadonlyMap<Digest, string>;
}

/** The texts that the steps need, by digest. */
async function textsFor({ load, loadBase }: PullInput, steps: readonly SyncStep[]): Promise<Texts> {
  const differing = steps.filter(({ action }) => ['take-theirs', 'merge', 'conflict'].includes(action));
  const wanted = [...new Set(differing.flatMap(({ theirs }) => theirs ?? []))];
  const old = steps.flatMap(({ action, base }) => (action === 'merge' ? (base ?? []) : []));
  const theirs = wanted.length > 0 ? await load(wanted) : new Map<Digest, string>();
  for (const digest of wanted) {
    const text = theirs.get(digest);
    if (text !== undefined && textDigest(text) === digest) continue;
    const found = text === undefined ? 'no text' : 'another text';
    fail('RELEASE_MISMATCH', `The org gave ${found} for the pipeline ${quote(digest, 64)}, which is active there`);
  }
  return { theirs, base: old.length > 0 ? await loadBase(old) : new Map() };
}

interface Sides {
  readonly oursText: string | undefined;
  readonly theirsText: string | undefined;
}

class Decider {
  readonly #input: PullInput;
  readonly #texts: Texts;
  readonly #actions = new Map<string, FileAction>();
  readonly #conflicts: PullConflict[] = [];
  readonly #warnings: Problem[] = [];
  /** Those whose text neither side has, and that hold no marks. */
  readonly #merged: SyncStep[] = [];

  constructor(input: PullInput, texts: Texts) {
    this.#input = input;
    this.#texts = texts;
  }

  plan(): PullPlan {
    const texts = new Map<Digest, () => string>();
    for (const [name, digest] of Object.entries(this.#input.theirs)) {
      const [loaded, ours] = [this.#texts.theirs.get(digest), this.#input.folder.pipelines.get(name)];
      if (loaded !== undefined) texts.set(digest, () => loaded);
      else if (ours?.text && ours.digest === digest) texts.set(digest, ours.text);
    }
    return { actions: [...this.#actions.values()], conflicts: this.#conflicts, warnings: this.#warnings, texts };
  }

  decide(step: SyncStep): void {
    const { action } = step;
    if (action === 'take-theirs') this.#take(step);
    else if (action === 'merge') this.#merge(step, 'value');
    else if (action === 'conflict') this.#conflict(step);
    else if (action === 'delete' && this.#input.prune) this.#act(step, 'delete');
    else this.#keep(step);
  }

  /** Checks what the files will be, where a merge made something that nobody has seen before. */
  async checkMerged(): Promise<void> {
    if (this.#merged.length === 0 || this.#conflicts.length > 0) return;
    const problems = await this.#input.check(this.#result());
    const { mode } = this.#input;
    for (const step of this.#merged) {
      const errors = (problems.get(step.name) ?? []).filter(({ severity }) => severity === 'error');
      if (errors.length === 0) continue;
      if (mode === 'ours') this.#keep(step);
      else if (mode === 'theirs') this.#take(step);
      else if (mode === 'merge') this.#warnings.push(...errors);
      else this.#add('invalid', step, ['ours', 'theirs', 'merge'], { problems: errors });
    }
  }

  #keep(step: SyncStep): void {
    if (this.#input.folder.pipelines.has(step.name)) this.#act(step, 'keep');
    else this.#actions.delete(step.name);
  }

  #take(step: SyncStep): void {
    this.#act(step, 'write', this.#sides(step).theirsText);
  }

  #act(step: SyncStep, action: FileAction['action'], text?: string): void {
    const { name, reason } = step;
    const before = this.#input.folder.pipelines.get(name)?.hash ?? null;
    const content = text === undefined ? undefined : { text };
    this.#actions.set(name, { action, name, path: this.#path(name), reason, ...content, before });
  }

  #conflict(step: SyncStep): void {
    const { mode, folder } = this.#input;
    const { name, reason } = step;
    // A link or a file that is too large was not read, so nobody can say what would be overwritten.
    const hidden = folder.pipelines.has(name) && folder.pipelines.get(name)?.hash === undefined;
    if (mode === 'ours') this.#keep(step);
    else if (reason === 'theirs-removed-ours-changed') this.#add('removed-there', step, ['ours']);
    else if (mode === 'theirs' && !hidden) this.#take(step);
    else if (reason === 'ours-removed-theirs-changed') this.#add('removed-here', step, ['ours', 'theirs']);
    else if (folder.unreadable.has(name)) this.#add('unreadable', step, hidden ? ['ours'] : ['ours', 'theirs']);
    else this.#merge(step, reason === 'both-added' ? 'added' : 'not-known');
  }

  /** Without the base's text, what is not the same on both sides is a conflict. */
  #merge(step: SyncStep, kind: PullConflictKind): void {
    const { mode } = this.#input;
    const { oursText = '', theirsText = '' } = this.#sides(step);
    const [ours, theirs] = [definitionOf(oursText), definitionOf(theirsText)];
    const baseText = kind === 'value' && step.base !== null ? this.#texts.base.get(step.base) : undefined;
    const base = baseText === undefined ? undefined : definitionOf(baseText);
    const choice = mode === 'stop' ? 'ours' : mode === 'merge' ? 'mark' : mode;
    const { merged, conflicts } = mergePipelines(base, ours, theirs, choice);
    if (mode === 'stop' && (conflicts.length > 0 || kind !== 'value')) {
      for (const conflict of conflicts.length > 0 ? conflicts : [{}])
        this.#add(kind, step, ['ours', 'theirs', 'merge'], conflict);
      return;
    }
    const text = mergedText(merged, { definition: ours, text: oursText }, { definition: theirs, text: theirsText });
    if (text === oursText) this.#keep(step);
    else this.#act(step, 'write', text);
    if (text !== oursText && text !== theirsText && (mode !== 'merge' || conflicts.length === 0))
      this.#merged.push(step);
  }

  #add(
    kind: PullConflictKind,
    step: SyncStep,
    ways: readonly Way[],
    more: Parameters<typeof conflictOf>[4] = {},
  ): void {
    this.#conflicts.push(conflictOf(kind, step, this.#path(step.name), ways, more));
  }

  #path(name: string): string {
    return this.#input.folder.pipelines.get(name)?.path ?? newPath(name);
  }

  #sides({ name, theirs }: SyncStep): Sides {
    const oursText = this.#input.folder.pipelines.get(name)?.text?.();
    return { oursText, theirsText: theirs === null ? undefined : this.#texts.theirs.get(theirs) };
  }

  /** The texts that the project has afterwards; those that cannot be read are none. */
  #result(): Map<string, string> {
    const result = new Map<string, string>();
    for (const [name, { text }] of this.#input.folder.pipelines) if (text) result.set(name, text());
    for (const { name, action, text } of this.#actions.values()) {
      if (action === 'delete') result.delete(name);
      else if (text !== undefined) result.set(name, text);
    }
    return result;
  }
}

/** Where the file of a pipeline is made that has none yet. Throws FlowMasonError `RELEASE_INVALID`. */
export function newPath(name: string): string {
  if (/^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/.test(name) && name.length <= 100) return `pipelines/${name}.pipeline.json`;
  fail(
    'RELEASE_INVALID',
    `${quote(name)} is not the name of a pipeline: expected lower-case words joined by -, _ or .`,
  );
}

function definitionOf(text: string): JsonObject {
  // Its digest is known, and only objects have one.
  return parseSource(text).value as JsonObject;
}
