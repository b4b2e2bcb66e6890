import { type FolderState, localDigests } from '../../../src/cli/project/local-digests.ts';
import { type LocalRelease, localRelease } from '../../../src/cli/project/local-release.ts';
import { type Applied, applyFiles } from '../../../src/cli/project/sync/apply-files.ts';
import { readBase, syncKey } from '../../../src/cli/project/sync/base.ts';
import { resultChecker } from '../../../src/cli/project/sync/check-result.ts';
import { requireNoConflicts } from '../../../src/cli/project/sync/conflicts.ts';
import { baseLoader, type LoadTexts } from '../../../src/cli/project/sync/content.ts';
import { type PullMode, type PullPlan, planPull } from '../../../src/cli/project/sync/plan-pull.ts';
import { planPush, requireSeen } from '../../../src/cli/project/sync/plan-push.ts';
import { rememberSync } from '../../../src/cli/project/sync/remember.ts';
import type { Json } from '../../../src/core/json.ts';
import { type Digest, digestOf } from '../../../src/core/release/digest.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import { DESCRIPTORS } from '../../core/compile/checked.ts';
import type { TestProject } from '../fixtures/project.ts';

/** Releases that are active one after the other, as an org has them. */
export class TestOrg {
  readonly key = syncKey({ org: 'test' });
  readonly #texts = new Map<Digest, string>();
  readonly #history = new Set<string>();
  deployment = 0;
  pipelines: Readonly<Record<string, Digest>> = {};

  /** Another person makes these texts active. */
  activate(texts: Readonly<Record<string, string | object>>): void {
    const entries = Object.entries(texts).map(([name, value]): [string, Digest] => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 4);
      const digest = digestOf(parseSource(text).value as Json);
      // Of equal content the first text stays.
      if (!this.#texts.has(digest)) this.#texts.set(digest, text);
      this.#history.add(`${name} ${digest}`);
      return [name, digest];
    });
    this.pipelines = Object.fromEntries(entries);
    this.deployment++;
  }

  /** Deletes what is not active. */
  forget(): void {
    const active = new Set(Object.values(this.pipelines));
    for (const digest of this.#texts.keys()) if (!active.has(digest)) this.#texts.delete(digest);
    this.#history.clear();
  }

  text(name: string): string | undefined {
    return this.#texts.get(this.pipelines[name] ?? '');
  }

  readonly load: LoadTexts = async (digests) =>
    new Map(
      digests.flatMap((digest): [Digest, string][] => {
        const text = this.#texts.get(digest);
        return text === undefined ? [] : [[digest, text]];
      }),
    );

  known(name: string, digest: Digest): boolean {
    return this.#history.has(`${name} ${digest}`);
  }

  base(project: TestProject) {
    return readBase(project.file('.flowmason'), this.key, 'demo');
  }

  async push(project: TestProject): Promise<void> {
    const made: LocalRelease = await localRelease(project.open(), DESCRIPTORS);
    const ours = made.release.manifest.pipelines;
    requireSeen(planPush({ base: this.base(project)?.pipelines, ours, theirs: this.pipelines }));
    this.activate(Object.fromEntries([...made.pipelines].map(([name, { text }]) => [name, text()])));
    const texts = [...made.pipelines.values()].map(({ digest, text }) => [digest, text] as const);
    rememberSync(project.file('.flowmason'), this.key, this.#common(), texts);
  }

  plan(
    project: TestProject,
    mode: PullMode = 'stop',
    prune = false,
    folder: FolderState = localDigests(project.open()),
  ): Promise<PullPlan> {
    const workspace = project.open();
    if (!workspace.project) throw new Error('no project');
    return planPull({
      folder,
      base: this.base(project)?.pipelines,
      theirs: this.pipelines,
      known: (name, digest) => this.known(name, digest),
      mode,
      prune,
      load: this.load,
      loadBase: baseLoader(project.file('.flowmason'), this.load),
      check: resultChecker(workspace.project, DESCRIPTORS),
    });
  }

  async pull(project: TestProject, mode: PullMode = 'stop', prune = false): Promise<PullPlan & Applied> {
    const folder = localDigests(project.open());
    const plan = await this.plan(project, mode, prune, folder);
    requireNoConflicts(plan.conflicts);
    const applied = applyFiles({ root: project.root, home: project.file('.flowmason') }, changesOf(plan));
    if (applied.left.length === 0) rememberSync(project.file('.flowmason'), this.key, this.#common(), plan.texts);
    return { ...plan, ...applied };
  }

  #common() {
    return {
      project: 'demo',
      release: digestOf(this.pipelines),
      deployment: this.deployment,
      pipelines: this.pipelines,
    };
  }
}

export function changesOf({ actions }: Pick<PullPlan, 'actions'>) {
  return actions
    .filter(({ action }) => action !== 'keep')
    .map(({ path, before, text }) => ({ path, before, text: text ?? null }));
}
