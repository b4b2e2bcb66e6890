import { nearest } from '../../core/suggest.ts';
import { type Plans, resolveReference, stagesOf } from '../suite/reference.ts';
import { STAGE_FIELDS, type StageField, type Step, type Target } from './assertion.ts';

/** A path that cannot be read: why, and what was meant. */
export interface PathProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

const ROOTS = ['output', 'stages', 'error', 'logs', 'usage'] as const;
const PART = /^(?:\.?([^.[\]"']+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\])/;
const STAGE = /^\.((?:[A-Za-z][A-Za-z0-9_-]*(?:\[\d+\])?)(?:\/[A-Za-z][A-Za-z0-9_-]*(?:\[\d+\])?)*)/;

/** The steps of `.items[0]["my key"]`; undefined when that is not what the text is. */
export function parseSteps(text: string): Step[] | undefined {
  const steps: Step[] = [];
  for (let rest = text; rest !== ''; ) {
    const match = PART.exec(rest);
    if (!match || (steps.length > 0 && match[1] !== undefined && !rest.startsWith('.'))) return undefined;
    const [whole, name, index, double, single] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (double ?? single ?? '').replaceAll(/\\(.)/g, '$1'));
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** Steps as a path has them: `items[0].name`. */
export function stepsText(steps: readonly Step[]): string {
  return steps.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[^.[\]"'\s]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** Where a path leads (PIPELINES.md 7): `output…`, `stages.<id>.<field>…`, `error…`, `logs…`, `usage…`. */
export function parseTarget(text: string, plans: Plans): Target | PathProblem {
  const root = /^[A-Za-z_]*/.exec(text)?.[0] ?? '';
  const rest = text.slice(root.length);
  if (root === 'stages') return parseStage(rest, plans);
  if (root === 'output' || root === 'error' || root === 'logs' || root === 'usage') {
    const steps = parseSteps(rest);
    if (steps && (rest === '' || rest.startsWith('.') || rest.startsWith('['))) return { root, steps };
    return { message: 'The path cannot be read', hint: `e.g. \`${root}.items[0].name\`, \`${root}["my key"]\`` };
  }
  const near = nearest(root, ROOTS);
  return {
    message: `A path begins with \`output\`, \`stages.<id>\`, \`error\`, \`logs\` or \`usage\`, found \`${text}\``,
    hint: near ? `Did you mean \`${near}${rest}\`?` : `Did you mean \`output.${text}\`?`,
  };
}

function parseStage(rest: string, plans: Plans): Target | PathProblem {
  const reference = STAGE.exec(rest)?.[1];
  if (reference === undefined) {
    return { message: 'After `stages` the id of a stage is expected', hint: 'e.g. `stages.fetch.status`' };
  }
  const stage = resolveReference(plans, reference);
  if (!stage) return unknownStage(reference, plans);
  const steps = parseSteps(rest.slice(1 + reference.length));
  const [field, ...inside] = steps ?? [];
  if (isField(field)) return { root: 'stage', stage, field, steps: inside };
  const near = typeof field === 'string' ? nearest(field, STAGE_FIELDS) : undefined;
  const known = STAGE_FIELDS.map((name) => `\`${name}\``).join(', ');
  return {
    message: `Of a stage a path reads ${known}; found ${field === undefined ? 'none' : `\`${field}\``}`,
    hint: `Did you mean \`stages.${reference}.${near ?? (field === undefined ? 'output' : `output.${field}`)}\`?`,
  };
}

/** What a reference to a stage could have meant. */
export function unknownStage(reference: string, plans: Plans): PathProblem {
  const ids = [...plans.all.values()].flatMap((plan) => [...stagesOf(plan.main)].map(({ id }) => id));
  const last =
    reference
      .split('/')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') ?? '';
  const called = ids.includes(last);
  const hint = called
    ? `It belongs to a pipeline that is called: write the calling stage before it, e.g. \`call/${last}\``
    : suggestion(nearest(last, ids), ids);
  return { message: `There is no stage \`${reference}\` in ${plans.main.name}`, hint };
}

function suggestion(near: string | undefined, ids: readonly string[]): string {
  return near === undefined ? `There are ${ids.slice(0, 12).join(', ')}` : `Did you mean \`${near}\`?`;
}

function isField(step: Step | undefined): step is StageField {
  return STAGE_FIELDS.some((field) => field === step);
}
