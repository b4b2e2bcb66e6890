import type { ComponentDescriptor } from '../descriptor.ts';
import { isObject, type Json, type JsonObject, own } from '../json.ts';
import { quote } from '../quote.ts';
import type { Scope, StageNode } from './model.ts';
import type { Report } from './report.ts';

/** The stages of a file, and where to find each by its id. */
export interface Stages {
  readonly nodes: StageNode[];
  readonly byId: ReadonlyMap<string, StageNode>;
  readonly ids: readonly string[];
}

const NO_BODIES: StageNode['bodies'] = new Map();

/** Reads `stages`: ids, components and configs. What has no usable id takes no further part. */
export function readStages(
  definition: JsonObject,
  main: Scope,
  descriptors: ReadonlyMap<string, ComponentDescriptor>,
  report: Report,
): Stages {
  const nodes: StageNode[] = [];
  const byId = new Map<string, StageNode>();
  const list = own(definition, 'stages');
  for (const [place, raw] of (Array.isArray(list) ? list : []).entries()) {
    if (!isObject(raw)) continue;
    // Members of a JSON object are JSON.
    const stage = raw as Record<string, Json>;
    const path = ['stages', place];
    const component = findComponent(own(stage, 'component'), descriptors, path, report);
    const { id } = stage;
    if (typeof id !== 'string' || !Object.hasOwn(stage, 'id')) continue;
    const config = own(stage, 'config');
    const node: StageNode = {
      place,
      path,
      raw: stage,
      id,
      // As above.
      config: isObject(config) ? (config as JsonObject) : {},
      component,
      owner: undefined,
      gate: undefined,
      scope: main,
      bodies: NO_BODIES,
      edges: new Map(),
      outerSkips: undefined,
      parts: undefined,
      index: -1,
    };
    const first = byId.get(id);
    if (first) {
      report.add({
        code: 'DUPLICATE_ID',
        path: [...path, 'id'],
        message: `Stage ids are unique in the file, and ${quote(id)} is already the id of ${ordinal(report, first)}`,
        hint: 'Rename one of the two',
      });
    } else {
      byId.set(id, node);
    }
    // One whose id is taken is checked all the same.
    nodes.push(node);
  }
  return { nodes, byId, ids: [...byId.keys()] };
}

function ordinal(report: Report, node: StageNode): string {
  const line = report.source.locate([...node.path, 'id'])?.line;
  return line === undefined ? `stage ${node.place + 1}` : `the stage in line ${line}`;
}

/** The descriptor of a component by its name; `http_request` is read as `http-request`. */
function findComponent(
  name: unknown,
  descriptors: ReadonlyMap<string, ComponentDescriptor>,
  path: readonly (string | number)[],
  report: Report,
): ComponentDescriptor | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const exact = descriptors.get(name) ?? descriptors.get(name.replaceAll('_', '-'));
  if (exact) return exact;
  const near = report.nearest(name, [...descriptors.keys()]);
  report.add({
    code: 'UNKNOWN_COMPONENT',
    path: [...path, 'component'],
    message: `There is no component ${quote(name)}`,
    hint: near === undefined ? 'List what there is with `fm components`' : `Did you mean ${quote(near)}?`,
  });
  return near === undefined ? undefined : descriptors.get(near);
}
