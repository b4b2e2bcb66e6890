import { testMachine } from '../../../hosts/node/test-machine.ts';
import type { TestHost } from '../../../testing/run/host.ts';
import type { Known } from '../../known.ts';
import { runtimeOf } from '../../runtime.ts';
import { testVars } from './vars.ts';

/** A host, and what ends the connections that it keeps open. */
export interface OpenHost extends TestHost {
  close(): Promise<void>;
}

/** What tests run on; with `live` effects without a mock really happen. */
export async function openHost(known: Known, live: boolean): Promise<OpenHost> {
  const runtime = await runtimeOf(known);
  return {
    runtime,
    machine: testMachine,
    live,
    secrets: (names) => runtime.secrets.read(names),
    vars: testVars(known.workspace, live),
    close: () => runtime.close(),
  };
}
