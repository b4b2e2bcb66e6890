import type { VarView } from '../../../core/api/administration.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { type ChangedVar, changedVarsText, varsText } from '../../print/administration/vars.ts';
import { parseVars } from '../../project/vars.ts';
import { type AdministerFlags, administer, allPages } from './administer.ts';

export interface VarFlags extends AdministerFlags {
  readonly 'dry-run'?: boolean;
}

type Client = Parameters<Parameters<typeof administer>[2]>[0]['client'];

export function listVars(cwd: string, flags: VarFlags): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const vars = await allPages(async (after) => {
      const page = await client.call('GET /vars', { limit: '500', ...(after === undefined ? {} : { after }) });
      return { entries: page.vars, next: page.next };
    });
    return { json: { vars }, text: varsText(vars) };
  });
}

export function getVar(cwd: string, name: string, flags: VarFlags): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const found = await client.call('GET /vars/:name', { name });
    const { value } = found;
    return { json: found, text: typeof value === 'string' ? value : JSON.stringify(value) };
  });
}

/** Sets what differs; a variable that has the value already stays as it is. */
export function setVars(cwd: string, typed: readonly string[], flags: VarFlags): Promise<Outcome> {
  const values = Object.entries(parseVars(typed, cwd, 'fm vars set'));
  return administer(cwd, flags, async ({ client }) => {
    const vars: ChangedVar[] = [];
    for (const [name, value] of values) {
      const before = await current(client, name);
      const changed = before === undefined || JSON.stringify(before.value) !== JSON.stringify(value);
      const revision = before?.revision ?? 0;
      if (!changed || flags['dry-run']) vars.push({ name, value, changed, revision: before?.revision ?? null });
      else vars.push({ value, changed, ...(await client.call('PUT /vars/:name', { name, value, revision })) });
    }
    return outcome(vars, flags);
  });
}

export function unsetVars(cwd: string, names: readonly string[], flags: VarFlags): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const vars: ChangedVar[] = [];
    for (const name of names) {
      const before = await current(client, name);
      if (before && !flags['dry-run'])
        await client.call('DELETE /vars/:name', { name, revision: String(before.revision) });
      vars.push({ name, changed: before !== undefined, revision: before?.revision ?? null });
    }
    return outcome(vars, flags);
  });
}

function outcome(vars: readonly ChangedVar[], flags: VarFlags): Outcome {
  const dry_run = flags['dry-run'] ?? false;
  return { json: { vars, dry_run }, text: changedVarsText(vars, dry_run) };
}

async function current(client: Client, name: string): Promise<VarView | undefined> {
  try {
    return await client.call('GET /vars/:name', { name });
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
