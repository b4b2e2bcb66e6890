import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { createClient } from '../../../client/client.ts';
import type { ControlPlane, Dispatcher } from '../../../control/control.ts';
import type { ComponentDescriptor } from '../../../core/descriptor.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Limits } from '../../../core/limits.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { checkerOf, type PipelineFacts } from '../../../core/release/facts.ts';
import { nearest } from '../../../core/suggest.ts';
import type { Store } from '../../../store/store.ts';
import { systemClock } from '../clock.ts';
import { openStore } from '../database/open.ts';
import { randomBytes } from '../random.ts';
import { newRunId } from '../runs/id.ts';
import { makeFolder } from '../runs/layout.ts';
import type { RuntimeOptions } from '../runtime.ts';
import { inProcess } from './in-process.ts';
import { knownSecrets } from './known-secrets.ts';
import { leadingThere } from './lead-there.ts';
import {
  LOCAL_ORG,
  type OrgPlace,
  type OrgProject,
  orgExists,
  orgFolder,
  orgNames,
  orgPlace,
  requireOwnFile,
} from './org-place.ts';
import { readOrgRecord } from './org-record.ts';
import { ORG_ENVIRONMENT, type Target } from './target.ts';

export interface OrgOptions {
  readonly project: OrgProject;
  readonly name: string;
  /** Make it when it does not exist; `in-memory`: for this process alone, so that nothing is written. */
  readonly create?: boolean | 'in-memory' | undefined;
  /** Open one that has expired, too. */
  readonly expired?: boolean | undefined;
  /** FlowMason's own version: part of what checks of pipelines depend on. */
  readonly version: string;
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** What this process has found of pipelines already. It counts when this org's checker is the same. */
  readonly checked?: { readonly checker: string; readonly facts: ReadonlyMap<Digest, PipelineFacts> } | undefined;
  readonly limits: Limits;
  readonly secrets: RuntimeOptions['secrets'];
  /** `environments.local.vars`; read when they are needed. */
  readonly vars: Readonly<Record<string, Json>>;
  /** Who executes the runs of this org; without it they stay queued. */
  readonly dispatcher?: ((store: Store) => Dispatcher) | undefined;
}

/** Runs stay queued, and whoever executes runs of this database finds them. */
const NOBODY: Dispatcher = { enqueue: async () => {} };

/** An org's target always has its control plane. */
export type OrgTarget = Target & { readonly control: ControlPlane };

/**
 * Opens an org of a project: its database, brought to this version, and its control plane in this process. One that may
 * only be read refuses every change with `DATABASE_READ_ONLY`. Throws
 * FlowMasonError `NOT_FOUND` when it does not exist, `ORG_EXPIRED`, `DATABASE_LINKED`, and what `openStore` throws.
 */
export async function openOrg(options: OrgOptions): Promise<OrgTarget> {
  const { project, name, version, descriptors, limits, secrets, vars, dispatcher, checked } = options;
  const place = orgPlace(project, name);
  const url = databaseOf(options, place);
  const { expires_at } = readOrgRecord(place);
  if (expires_at !== null && expires_at <= systemClock.now() && !options.expired) hasExpired(name, expires_at);
  const store = await openStore(url, { folder: project.root, migrate: true, orReadOnly: true });
  const checker = checkerOf({ version, descriptors, limits });
  const control: ControlPlane = {
    store,
    environment: ORG_ENVIRONMENT,
    tenant: null,
    kind: 'org',
    clock: systemClock,
    ids: { run: newRunId, random: () => Buffer.from(randomBytes(16)).toString('hex') },
    descriptors,
    limits,
    checker,
    checked: checked?.checker === checker ? checked.facts : undefined,
    dispatcher: dispatcher?.(store) ?? NOBODY,
    secrets: knownSecrets(secrets),
    vars,
  };
  const client = createClient({
    transport: inProcess(control, userInfo().username),
    url: 'http://local',
    environment: ORG_ENVIRONMENT,
    clock: systemClock,
  });
  return {
    kind: 'org',
    name,
    environment: ORG_ENVIRONMENT,
    place: place.url,
    label: `${name} org ${place.url}`,
    client: leadingThere(client, `--org ${name}`),
    control,
    close: () => store.close(),
  };
}

/** The URL to open, once it may be opened. */
function databaseOf({ project, name, create }: OrgOptions, place: OrgPlace): string {
  requireOwnFile(place);
  if (!orgExists(place)) {
    if (!create) notThere(project, name);
    if (create === 'in-memory') return 'sqlite::memory:';
    if (place.record === undefined) mkdirSync(dirname(place.file), { recursive: true });
    else makeFolder(project.home, orgFolder(project.home));
  }
  return `sqlite:///${place.file}`;
}

function notThere(project: OrgProject, name: string): never {
  if (name === LOCAL_ORG)
    fail('NOT_FOUND', 'The local org does not exist yet: nothing was pushed to it', { hint: 'fm push' });
  const names = orgNames(project);
  const near = nearest(name, [...names, LOCAL_ORG]);
  const others = names.filter((other) => other !== LOCAL_ORG);
  const there = others.length === 0 ? 'there is none beside the local one' : `there are ${others.join(', ')}`;
  fail('NOT_FOUND', `There is no org \`${name}\` in this project; ${there}`, {
    hint: near === undefined ? `fm org create ${name}` : `--org ${near}, or make it: fm org create ${name}`,
    details: { org: name, orgs: names },
  });
}

function hasExpired(name: string, expires_at: number): never {
  fail('ORG_EXPIRED', `The org ${name} expired at ${new Date(expires_at).toISOString()}`, {
    hint: `fm org open ${name} --expires 7d, or fm org delete ${name}`,
    details: { org: name, expires_at },
  });
}
