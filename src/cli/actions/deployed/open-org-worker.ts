import { orgPlace } from '../../../hosts/node/targets/org-place.ts';
import type { OrgWorker } from '../../../hosts/node/targets/org-worker.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { openTraces } from '../../../hosts/node/telemetry/traces.ts';
import { openKnown } from '../../known.ts';
import { VERSION } from '../../package.ts';
import { orgOf, orgProject } from '../../project/target-names.ts';
import { runtimeOf } from '../../runtime.ts';
import { openOrgTarget, type TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';

/** An org with what executes its runs in this process. */
export interface OpenedOrg {
  readonly target: Target;
  readonly worker: OrgWorker;
  /** Gives runs that are being executed back, then the database. */
  close(): Promise<void>;
}

/** Throws FlowMasonError as `openTarget`, and `INVALID_FILE` for broken components of the project. */
export async function openOrgWorker({ org }: TargetFlags): Promise<OpenedOrg> {
  const known = await openKnown();
  const { workspace } = known;
  const name = orgOf(workspace, org);
  const runtime = await runtimeOf(known);
  const { orgWorker } = await import('../../../hosts/node/targets/org-worker.ts');
  const place = orgPlace(orgProject(workspace), name);
  const warn = (message: string): void => say(`warning: ${message}`);
  const traces = await openTraces(process.env, { version: VERSION, environment: 'local', onProblem: warn });
  let worker: OrgWorker | undefined;
  const target = await openOrgTarget(workspace, name, {
    known,
    dispatcher: (store) => {
      worker = orgWorker(store, {
        runtime,
        place,
        tracer: traces?.tracer,
        setVar: (variable) => `environments.local.vars.${variable} in flowmason.json`,
        onError: (error) => warn(error instanceof Error ? error.message : String(error)),
      });
      return worker.dispatcher;
    },
  });
  // Opening an org asks for who executes its runs.
  const opened = worker as OrgWorker;
  return {
    target,
    worker: opened,
    async close() {
      await opened.close();
      await runtime.close();
      await target.close();
      await traces?.close();
    },
  };
}
