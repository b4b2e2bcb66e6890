import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import { type Client, createClient, type Transport } from '../../src/client/client.ts';
import type { ControlPlane } from '../../src/control/control.ts';
import { type Dispatcher, type Job, SCOPES, type Scope } from '../../src/control/control.ts';
import { type AppOptions, createApp } from '../../src/control/http/app.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import type { Clock } from '../../src/core/ports.ts';
import { builtInDescriptors } from '../../src/hosts/node/components/built-in.ts';
import { newRunId } from '../../src/hosts/node/runs/id.ts';
import type { Store } from '../../src/store/store.ts';
import { asDescribed } from './answers.ts';

/** Jobs that nobody executes. */
export class Jobs implements Dispatcher {
  readonly all: Job[] = [];

  async enqueue(job: Job): Promise<void> {
    this.all.push(job);
  }
}

export interface PlaneOptions {
  readonly environment?: string;
  readonly kind?: ControlPlane['kind'];
  readonly control?: Partial<ControlPlane>;
}

/** Of a world only this counts. */
export interface Place {
  readonly store: Store;
  readonly clock: Clock;
}

/** A control plane over a world of the store, without HTTP. */
export function planeIn(world: Place, options: PlaneOptions = {}): ControlPlane & { dispatcher: Dispatcher } {
  let count = 0;
  return {
    store: world.store,
    environment: options.environment ?? 'staging',
    tenant: null,
    kind: options.kind ?? 'server',
    clock: world.clock,
    ids: { run: newRunId, random: () => `id-${++count}` },
    descriptors: new Map(builtInDescriptors().map((descriptor) => [descriptor.name, descriptor])),
    limits: DEFAULT_LIMITS,
    checker: '0'.repeat(64),
    dispatcher: new Jobs(),
    secrets: async () => undefined,
    vars: {},
    ...options.control,
  };
}

/** Who calls in a test. */
export interface As {
  readonly actor?: string;
  readonly scopes?: readonly Scope[];
  readonly idempotencyKey?: (() => string) | undefined;
  readonly environment?: string;
}

export type Connect = (control: ControlPlane, as?: As) => Promise<Client>;

function appOf(control: ControlPlane, { actor = 'ada', scopes = SCOPES }: As, more: Partial<AppOptions> = {}) {
  return createApp({
    admit: async () => ({ control, caller: { actor, scopes: new Set(scopes) } }),
    requestId: () => 'req-1',
    ...more,
  });
}

function clientOf(transport: Transport, url: string, { idempotencyKey, environment }: As): Client {
  return createClient({ transport, url, idempotencyKey, environment });
}

/** The two ways to a control plane, which have to be the same. */
export const WAYS: readonly (readonly [string, Connect])[] = [
  [
    'in process',
    async (control, as = {}) => {
      const app = appOf(control, as);
      return clientOf(
        asDescribed((request) => app.fetch(request)),
        'http://local',
        as,
      );
    },
  ],
  [
    'over a socket',
    async (control, as = {}) => {
      const server = createServer(getRequestListener(appOf(control, as).fetch));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      return clientOf(
        asDescribed((request) => fetch(request)),
        `http://127.0.0.1:${port}`,
        as,
      );
    },
  ],
];
