import { isObject, type Json, type JsonPath, type JsonSchema, own } from '../json.ts';
import type { Requirements } from '../plan.ts';
import { quote, quoteList } from '../quote.ts';
import { didYouMean, findMisfits } from './fit.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';
import type { Rules } from './rules.ts';
import { wildness } from './strings.ts';

/** A pipeline as its callers see it. */
export interface Callee {
  readonly version: string;
  readonly input?: JsonSchema | undefined;
}

/** The other pipelines of the project or release, as far as a caller can be checked against them. */
export interface PipelineLookup {
  readonly names: readonly string[];
  /** Undefined when there is no such pipeline. */
  find(name: string): Callee | undefined;
}

type Call = Requirements['pipelines'][number];

/** Checks every pipeline that is called (subpipelines and `on_failure`), and answers which ones. */
export class Calls {
  readonly #lookup: PipelineLookup | undefined;
  readonly #rules: Rules;
  readonly #report: Report;
  readonly #calls = new Map<string, Call>();

  constructor(lookup: PipelineLookup | undefined, rules: Rules, report: Report) {
    this.#lookup = lookup;
    this.#rules = rules;
    this.#report = report;
  }

  get all(): Call[] {
    return [...this.#calls.values()];
  }

  addStage(node: StageNode): void {
    if (node.component?.name !== 'subpipeline') return;
    this.#add(node.config, [...node.path, 'config']);
  }

  addOnFailure(onFailure: unknown): void {
    if (isObject(onFailure)) this.#add(onFailure, ['on_failure']);
  }

  #add(call: Readonly<Record<string, unknown>>, path: JsonPath): void {
    const name = own(call, 'pipeline');
    const version = own(call, 'version');
    if (typeof name !== 'string') return;
    const range = typeof version === 'string' ? version : undefined;
    this.#calls.set(JSON.stringify([name, range]), { name, range });
    const target = this.#lookup?.find(name);
    if (this.#lookup && !target) {
      const near = this.#report.nearest(name, this.#lookup.names);
      const known =
        this.#lookup.names.length > 0
          ? `Known pipelines: ${quoteList(this.#lookup.names)}`
          : 'This project has no other pipeline';
      const message = `There is no pipeline ${quote(name)}`;
      this.#report.add({
        code: 'UNKNOWN_PIPELINE',
        path: [...path, 'pipeline'],
        message,
        hint: didYouMean(near) ?? known,
      });
    }
    if (range !== undefined) this.#checkRange(name, range, target?.version, [...path, 'version']);
    if (target) this.#checkInput(name, call, target.input, path);
  }

  #checkRange(name: string, range: string, version: string | undefined, path: JsonPath): void {
    const fits = this.#rules.inRange?.(version ?? '0.0.0', range);
    if (this.#rules.inRange && fits === undefined) {
      const message = `Expected a semver range, found "${range}"`;
      this.#report.add({
        code: 'INVALID_VERSION',
        path,
        message,
        hint: 'Write `"1.2.3"`, `"^1.2"`, `">=1 <3"` or leave it out',
      });
    } else if (fits === false && version !== undefined) {
      const message = `${quote(name)} has version ${version}, which is not in the range "${range}"`;
      this.#report.add({ code: 'UNKNOWN_PIPELINE', path, message, hint: `Write \`"^${version}"\`, or leave it out` });
    }
  }

  /** What the input can never fit, whatever its templates give. */
  #checkInput(
    name: string,
    call: Readonly<Record<string, unknown>>,
    schema: JsonSchema | undefined,
    path: JsonPath,
  ): void {
    if (schema === undefined) return;
    const written = Object.hasOwn(call, 'input');
    // A member of a JSON object is JSON.
    const input = written ? (call.input as Json) : {};
    const misfits = findMisfits(schema, input, { title: `the input of ${quote(name)}`, wild: wildness });
    for (const { message, hint, path: inner, part } of misfits) {
      const place = written ? { path: [...path, 'input', ...inner], part } : { path };
      this.#report.add({ code: 'CALL_INPUT', message, hint, ...place });
    }
  }
}
