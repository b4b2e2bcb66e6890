import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDigests } from '../../src/cli/project/local-digests.ts';
import { localRelease } from '../../src/cli/project/local-release.ts';
import { planPush } from '../../src/cli/project/sync/plan-push.ts';
import { openWorkspace, type Workspace } from '../../src/cli/project/workspace.ts';
import { verifyRelease } from '../../src/core/release/verify.ts';
import { builtInDescriptors } from '../../src/hosts/node/components/built-in.ts';
import { editPipeline, pipelineFile, pipelineName, writeProject } from './projects.ts';
import { type Bench, type Row, type Sample, type Scale, sampleOf } from './row.ts';

const DESCRIPTORS = new Map(builtInDescriptors().map((descriptor) => [descriptor.name, descriptor]));
const STAGES = 20;

/** What `fm status`, `fm push` and a server do with whole projects, beside starting, sending and storing. */
export const bench: Bench = {
  name: 'releases',
  summary: 'the release of a project of 1,000 pipelines of 20 stages, and of ten times as many',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    // The tests of the bench run a fraction.
    const part = Math.min(1, stages / 10_000);
    const times = Math.min(5, Math.max(1, repeat));
    const sizes = [100, 1_000, 10_000].map((size) => Math.max(10, Math.round(size * part)));
    const measured: Measured[] = [];
    for (const size of sizes) measured.push(await measure(size, times));
    const [small, middle, large] = measured;
    if (!small || !middle || !large) throw new Error('nothing was measured');
    const row = (name: string, sample: Sample, most?: number): Row => ({
      bench: 'releases',
      unit: 'ms',
      name: `1,000 pipelines, ${name}`,
      measured: sample,
      budget: most === undefined ? undefined : { of: 'median', most },
    });
    return [
      row('release, nothing known', middle.cold, 2_000),
      row('release, nothing changed', middle.warm, 200),
      row('release, one changed', middle.changed, 200),
      row('digests and plan of a push', middle.digests, 200),
      row('verified by a server, nothing known', middle.verified, 2_000),
      row('verified by a server, one changed', middle.reverified, 100),
      linear('release, nothing known', 'cold', small, large),
      linear('release, one changed', 'changed', small, large),
      linear('digests and plan of a push', 'digests', small, large),
    ];
  },
};

interface Measured {
  readonly size: number;
  readonly cold: Sample;
  readonly warm: Sample;
  readonly changed: Sample;
  readonly digests: Sample;
  readonly verified: Sample;
  readonly reverified: Sample;
}

/** Microseconds for each pipeline, in a hundred times as many. */
function linear(name: string, of: Exclude<keyof Measured, 'size'>, small: Measured, large: Measured): Row {
  const each = ({ [of]: sample, size }: Measured): Sample => {
    const scaled = (ms: number): number => (ms * 1_000) / size;
    return { median: scaled(sample.median), min: scaled(sample.min), max: scaled(sample.max) };
  };
  const [few, many] = [each(small), each(large)];
  return {
    bench: 'releases',
    unit: 'µs',
    name: `each of 10,000 pipelines, ${name}`,
    measured: many,
    floor: { name: 'each of 100', sample: few },
    ratio: many.median / few.median,
    budget: { of: 'ratio', most: 2 },
  };
}

async function measure(size: number, times: number): Promise<Measured> {
  const root = mkdtempSync(join(tmpdir(), 'fm-bench-'));
  try {
    writeProject(root, { pipelines: size, stages: STAGES });
    const workspace = openWorkspace({ cwd: root, variables: {} });
    const forget = () => rmSync(join(root, '.flowmason'), { recursive: true, force: true });
    const cold = await time(times, () => localRelease(workspace, DESCRIPTORS), forget);
    const warm = await time(times, () => localRelease(workspace, DESCRIPTORS));
    const changed = await time(
      times,
      () => localRelease(workspace, DESCRIPTORS),
      (i) => editPipeline(root, 0, i),
    );
    const { release } = await localRelease(workspace, DESCRIPTORS);
    const base = release.manifest.pipelines;
    editPipeline(root, 1, 0);
    const digests = await time(times, () => planOf(workspace, base));
    return { size, cold, warm, changed, digests, ...(await verifying(workspace, root, times)) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function planOf(workspace: Workspace, base: Readonly<Record<string, string>>): void {
  const { changed } = planPush({ base, ours: localDigests(workspace).digests, theirs: base });
  if (changed.length !== 1) throw new Error(`${changed.length} pipelines differ, and one was changed`);
}

async function verifying(
  workspace: Workspace,
  root: string,
  times: number,
): Promise<Pick<Measured, 'verified' | 'reverified'>> {
  const before = await localRelease(workspace, DESCRIPTORS);
  const texts = new Map([...before.pipelines].map(([name, { text }]) => [name, text()]));
  const check = async (...args: Parameters<typeof verifyRelease>) => {
    const { misfits } = await verifyRelease(...args);
    if (misfits.length > 0) throw new Error(misfits[0]?.message);
  };
  const verified = await time(times, () => check(before.release.manifest, texts, { descriptors: DESCRIPTORS }));
  const known = new Map([...before.pipelines.values()].map(({ digest, facts }) => [digest, facts]));
  editPipeline(root, 2, 1);
  const { release } = await localRelease(workspace, DESCRIPTORS);
  const sent = new Map([[pipelineName(2), readFileSync(pipelineFile(root, 2), 'utf8')]]);
  const reverified = await time(times, () => check(release.manifest, sent, { descriptors: DESCRIPTORS, known }));
  return { verified, reverified };
}

async function time(times: number, work: () => unknown, before?: (i: number) => void): Promise<Sample> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    before?.(i);
    const from = performance.now();
    await work();
    taken.push(performance.now() - from);
  }
  return sampleOf(taken);
}
