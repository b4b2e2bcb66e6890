import type { ComponentDescriptor, ConfigField } from '../descriptor.ts';
import { isObject, type Json, type JsonPath, own } from '../json.ts';
import { quote, quoteList } from '../quote.ts';
import { didYouMean } from './fit.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';
import type { Stages } from './stages.ts';

/** One mention of a stage in a list of another one. */
interface Mention {
  readonly node: StageNode;
  readonly field: string;
  readonly path: JsonPath;
  readonly id: string;
}

/** Reads which stages own and gate which (PIPELINES.md 5, control): at most one owner and one gate per stage. */
export function readLists(stages: Stages, report: Report): void {
  for (const node of stages.nodes) {
    for (const [field, rule] of listFields(node.component)) {
      if (!Object.hasOwn(node.config, field)) continue;
      const path = [...node.path, 'config', field];
      const value = node.config[field] ?? null;
      if (rule.map) readRoutes(node, field, value, path, stages, report);
      else {
        for (const mention of mentions(node, field, value, path)) {
          if (rule.role === 'own') addOwned(mention, stages, report);
          else addGated(mention, branchName(field), stages, report);
        }
      }
    }
  }
}

type ListField = Extract<ConfigField, { kind: 'stages' }>;

/** The config fields of a component that list stages, in the order of its descriptor. */
export function listFields(component: ComponentDescriptor | undefined): (readonly [string, ListField])[] {
  const fields: (readonly [string, ListField])[] = [];
  for (const [name, field] of Object.entries(component?.fields ?? {})) {
    if (field.kind === 'stages') fields.push([name, field]);
  }
  return fields;
}

/** `true_branch` opens for the branch `true`. */
function branchName(field: string): string {
  return field.replace(/_branch$/, '');
}

function readRoutes(
  node: StageNode,
  field: string,
  routes: Json,
  path: JsonPath,
  stages: Stages,
  report: Report,
): void {
  if (!isObject(routes)) return;
  for (const [route, value] of Object.entries(routes)) {
    const routePath = [...path, route];
    if (route === 'default') {
      report.add({
        code: 'RESERVED_NAME',
        path: routePath,
        part: 'key',
        message: '`default` cannot be a route: it is the name for whatever no route matches',
        hint: `Move it beside ${quote(field)}: "default": …`,
      });
      continue;
    }
    // A member of a JSON object is JSON.
    for (const mention of mentions(node, field, value as Json, routePath)) addGated(mention, route, stages, report);
  }
}

/** The ids of a list, or the only one. Other shapes are complained about by the check of the config. */
function mentions(node: StageNode, field: string, value: Json, path: JsonPath): Mention[] {
  if (typeof value === 'string') return [{ node, field, path, id: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((id, i) => (typeof id === 'string' ? [{ node, field, path: [...path, i], id }] : []));
}

function addOwned(mention: Mention, stages: Stages, report: Report): void {
  const stage = findStage(mention, stages, report);
  if (!stage) return;
  const { owner } = stage;
  if (!owner) {
    stage.owner = mention;
    return;
  }
  const again = owner.node === mention.node && owner.field === mention.field;
  if (again) listedTwice(mention, report);
  else {
    report.add({
      code: 'TWO_OWNERS',
      path: mention.path,
      message: `${quote(stage.id)} already belongs to ${quote(owner.field)} of ${quote(owner.node.id)}, and a stage has one owner`,
      hint: 'Take it out of one of the lists, or give each list a stage of its own',
    });
  }
}

function addGated(mention: Mention, branch: string, stages: Stages, report: Report): void {
  const stage = findStage(mention, stages, report);
  if (!stage) return;
  const { gate } = stage;
  if (!gate) stage.gate = { ...mention, branches: [branch] };
  else if (gate.node !== mention.node) {
    report.add({
      code: 'TWO_GATES',
      path: mention.path,
      message: `${quote(stage.id)} already is a branch of ${quote(gate.node.id)}, and a stage has one gate`,
      hint: `Let a stage of its own depend on ${quote(stage.id)}, or use \`when\``,
    });
  } else if (gate.branches.includes(branch)) listedTwice(mention, report);
  else if (sharesBranches(mention.node)) gate.branches.push(branch);
  else {
    report.add({
      code: 'LISTED_TWICE',
      path: mention.path,
      message: `${quote(stage.id)} is in both branches of ${quote(mention.node.id)}, so nothing decides whether it runs`,
      hint: `Take it out of both and write "depends_on": ["${mention.node.id}"] in it`,
    });
  }
}

/** Several routes of one router may name the same stage; the two sides of a conditional may not. */
function sharesBranches(node: StageNode): boolean {
  return listFields(node.component).some(([, rule]) => rule.map === true);
}

function listedTwice({ id, field, path }: Mention, report: Report): void {
  const message = `${quote(id)} stands twice in ${quote(field)}`;
  report.add({ code: 'LISTED_TWICE', path, message, hint: 'Remove one of the two' });
}

function findStage({ id, path }: Mention, stages: Stages, report: Report): StageNode | undefined {
  const stage = stages.byId.get(id);
  if (!stage) reportUnknownStage(id, path, stages, report);
  return stage;
}

export function reportUnknownStage(
  id: string,
  path: JsonPath,
  stages: Stages,
  report: Report,
  range?: readonly [number, number],
): void {
  const message = `There is no stage ${quote(id)}`;
  const hint = didYouMean(report.nearest(id, stages.ids)) ?? `Stages of this file: ${quoteList(stages.ids)}`;
  report.add({ code: 'UNKNOWN_STAGE', path, range, message, hint });
}

/** Ids of `depends_on`, with their places. */
export function readDependsOn(node: StageNode): { readonly id: string; readonly path: JsonPath }[] {
  const list = own(node.raw, 'depends_on');
  if (!Array.isArray(list)) return [];
  const path = [...node.path, 'depends_on'];
  return list.flatMap((id, i) => (typeof id === 'string' ? [{ id, path: [...path, i] }] : []));
}
