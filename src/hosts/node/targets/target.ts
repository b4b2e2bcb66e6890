import type { Client } from '../../../client/client.ts';
import type { ControlPlane } from '../../../control/control.ts';

/** Where a command works: the client of a control plane, and what to call it. */
export interface Target {
  readonly kind: 'org' | 'server';
  /** Of the org or the environment, as `--org` and `--env` take it. */
  readonly name: string;
  /** The name that its control plane answers to; every org answers to `local`. */
  readonly environment: string;
  /** A database as `sqlite:///flowmason.db`, or the address of a server. */
  readonly place: string;
  /** What stands behind `target: `. No password is in it. */
  readonly label: string;
  readonly client: Client;
  /** Of an org, which is in this process. */
  readonly control?: ControlPlane;
  /** Gives database or connections back. */
  close(): Promise<void>;
}

/** The environment that every org answers to. */
export const ORG_ENVIRONMENT = 'local';
