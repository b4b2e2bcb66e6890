import type { HealthCause, RunsEnded, Verdict } from '../../core/api/health.ts';
import { inRange } from '../../core/compile/ranges.ts';
import { durationText } from '../../core/duration.ts';
import { quote, quoteList } from '../../core/quote.ts';
import { shellWord } from '../release/shell-word.ts';
import type { ActiveFacts, HealthFacts } from './facts.ts';

const MINUTE = 60_000;
/** Milliseconds: a job that is due is taken within less, and a deployment is through within less. */
const QUEUE_AGE = MINUTE;
const PENDING = 10 * MINUTE;
/** A rate of failures says nothing of fewer runs; from which share on, and how much more than before, it is bad. */
const FEWEST_RUNS = 5;
const BAD_SHARE = 0.2;
const TIMES_BEFORE = 2;

const RANK: Readonly<Record<Verdict, number>> = { ok: 0, degraded: 1, down: 2 };

/** What is wrong with an environment, the worst first. */
export function judge(facts: HealthFacts): HealthCause[] {
  const causes = [
    ...workerCauses(facts),
    ...queueCauses(facts),
    ...facts.active.flatMap((active) => [...deploymentCauses(facts, active), ...missingCauses(active)]),
    ...failureCauses(facts),
    ...outsideCauses(facts),
  ];
  return causes.sort((a, b) => RANK[b.verdict] - RANK[a.verdict]);
}

export function verdictOf(causes: readonly HealthCause[]): Verdict {
  return causes.reduce<Verdict>((worst, { verdict }) => (RANK[verdict] > RANK[worst] ? verdict : worst), 'ok');
}

function workerCauses({ environment, workers, active, queue }: HealthFacts): HealthCause[] {
  if (!workers) return [];
  const ready = workers.filter(({ draining }) => !draining);
  if (ready.length === 0) {
    const waits = (queue?.depth ?? 0) > 0;
    const message = `Nobody executes runs in ${environment}: expected a worker that lives, found ${
      workers.length === 0 ? 'none' : `${workers.length} that are about to end`
    }${waits ? `, and ${queue?.depth} jobs are due` : ''}`;
    const hint = `FM_ENVIRONMENT=${environment} FM_DATABASE_URL=postgresql://… fm worker`;
    return [{ cause: 'no_workers', verdict: waits || active.length > 0 ? 'down' : 'degraded', message, hint }];
  }
  const pools = new Set(ready.flatMap((worker) => worker.pools));
  const wanted = active.flatMap((release) => [...release.pools]);
  return [
    ...wanted
      .filter(([pool]) => !pools.has(pool))
      .map(([pool, pipelines]): HealthCause => {
        const message = `No worker takes runs of the pool ${quote(pool)}, which ${quoteList(pipelines)} want`;
        const hint = `fm worker --tags ${shellWord(pool)}`;
        return { cause: 'pool_without_worker', verdict: 'degraded', message, hint, details: { pool, pipelines } };
      }),
    ...active.flatMap((release) => componentCauses(release, new Set(ready.flatMap(({ components }) => components)))),
  ];
}

function componentCauses({ project, manifest }: ActiveFacts, here: ReadonlySet<string>): HealthCause[] {
  const has = (name: string, version: string): boolean =>
    [...here].some((one) => {
      const at = one.lastIndexOf('@');
      const found = one.slice(at + 1);
      return one.slice(0, at) === name && (found === version || inRange(found, `^${version}`));
    });
  return Object.entries(manifest.components)
    .filter(([name, version]) => !has(name, version))
    .map(([name, version]) => ({
      cause: 'component_without_worker',
      verdict: 'degraded',
      message: `No worker has the component ${quote(name)} ${version}, which the active release of ${project} uses`,
      hint: 'Start a worker in a folder that has the component: fm worker --project DIR',
      details: { component: name, version },
    }));
}

function queueCauses({ environment, queue, abandoned }: HealthFacts): HealthCause[] {
  const causes: HealthCause[] = [];
  if (queue && queue.age > QUEUE_AGE) {
    causes.push({
      cause: 'queue_old',
      verdict: 'degraded',
      message: `The oldest job that is due has waited for ${durationText(queue.age)}, and ${durationText(QUEUE_AGE)} are expected at most; ${queue.depth} are due`,
      hint: `Start more workers or raise their --concurrency; who is there: fm workers list --env ${environment}`,
      details: { age_ms: Math.round(queue.age), depth: queue.depth },
    });
  }
  if (abandoned.length > 0) {
    causes.push({
      cause: 'runs_stuck',
      verdict: 'degraded',
      message: `The workers of ${abandoned.length} runs are gone, and nobody has taken the runs over`,
      hint: `fm runs show ${abandoned[0]} --env ${environment}`,
      details: { runs: abandoned },
    });
  }
  return causes;
}

function deploymentCauses({ environment, now }: HealthFacts, { project, last }: ActiveFacts): HealthCause[] {
  const isOld = last?.status === 'pending' && now - last.at > PENDING;
  if (!last || (last.status !== 'failed' && !isOld)) return [];
  const state = isOld ? `has been pending for ${durationText(now - last.at)}` : 'failed';
  return [
    {
      cause: isOld ? 'deployment_pending' : 'deployment_failed',
      verdict: 'degraded',
      message: `The last deployment of ${project}, #${last.number} by ${quote(last.actor)}, ${state}; what was active before still is`,
      hint: `fm history --env ${environment}`,
      details: { project, number: last.number },
    },
  ];
}

const MISSING: Readonly<Record<string, string>> = {
  VAR_MISSING: 'variable_missing',
  SECRET_MISSING: 'secret_missing',
  COMPONENT_UNKNOWN: 'component_unknown',
  COMPONENT_VERSION: 'component_version',
};

function missingCauses({ project, problems }: ActiveFacts): HealthCause[] {
  return problems.map(({ code, message, hint }) => ({
    cause: MISSING[code] ?? code.toLowerCase(),
    verdict: 'degraded',
    message: `${message}; the active release of ${project} needs it`,
    hint: hint ?? `fm explain ${code}`,
  }));
}

function failureCauses({ environment, lastHour, before }: HealthFacts): HealthCause[] {
  const [share, usual] = [shareOf(lastHour), shareOf(before)];
  if (lastHour.ended < FEWEST_RUNS || share < BAD_SHARE || share <= usual * TIMES_BEFORE) return [];
  return [
    {
      cause: 'failure_rate',
      verdict: 'degraded',
      message: `${lastHour.failed} of ${lastHour.ended} runs failed in the last hour (${percent(share)}), and ${percent(usual)} in the day before`,
      hint: `fm runs list --status failed --env ${environment}`,
      details: { ended: lastHour.ended, failed: lastHour.failed },
    },
  ];
}

function outsideCauses({ environment, late, upstream, now }: HealthFacts): HealthCause[] {
  const causes: HealthCause[] = [];
  const [first] = late;
  if (first) {
    causes.push({
      cause: 'schedules_late',
      verdict: 'degraded',
      message: `${late.length} schedules are late, ${quote(`${first.pipeline}/${first.id}`)} by ${durationText(now - (first.next_at ?? now))}`,
      hint: `Schedules are fired by workers; who is there: fm workers list --env ${environment}`,
      details: { schedules: late.map(({ pipeline, id }) => `${pipeline}/${id}`) },
    });
  }
  if (upstream) {
    causes.push({
      cause: 'upstream_unreachable',
      verdict: 'degraded',
      message: `Releases are promoted from ${upstream.environment}, which cannot be asked: ${upstream.why}`,
      hint: `Check FM_UPSTREAM_URL and FM_UPSTREAM_KEY of the server, then ${upstream.environment} itself`,
    });
  }
  return causes;
}

function shareOf({ ended, failed }: RunsEnded): number {
  return ended === 0 ? 0 : failed / ended;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
