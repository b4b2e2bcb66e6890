import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/core/json.ts';
import { ROOT } from '../setup/fm.ts';
import { type Pipeline, read, run } from './harness.ts';

const TEMPLATES = join(ROOT, 'src', 'templates');

/** A change that a test has to notice. */
interface Mutant {
  readonly what: string;
  readonly pipeline: Pipeline;
}

const EXPRESSIONS = ['condition', 'until'];

/** Negated conditions, dropped retries, flipped branches and routes of every stage of a pipeline. */
function* mutantsOf(pipeline: Pipeline): Generator<Mutant> {
  for (const [i, stage] of pipeline.stages.entries()) {
    const config = isObject(stage.config) ? (stage.config as JsonObject) : {};
    const changed = (what: string, change: JsonObject): Mutant => {
      const stages = pipeline.stages.map((each, at) => (at === i ? { ...each, ...change } : each));
      return { what: `${pipeline.name}: ${what} of ${stage.id}`, pipeline: { ...pipeline, stages } as Pipeline };
    };
    if (typeof stage.when === 'string') yield changed('when negated', { when: `!(${stage.when})` });
    for (const key of EXPRESSIONS) {
      if (typeof config[key] !== 'string') continue;
      yield changed(`${key} negated`, { config: { ...config, [key]: `!(${config[key]})` } });
    }
    if (stage.retry !== undefined) yield changed('retry dropped', { retry: { max_attempts: 1 } });
    if (config.false_branch !== undefined) {
      const { true_branch = null, false_branch = null } = config;
      yield changed('branches flipped', {
        config: { ...config, true_branch: false_branch, false_branch: true_branch },
      });
    }
    if (isObject(config.routes)) {
      const names = Object.keys(config.routes);
      const targets = Object.values(config.routes as JsonObject);
      const routes = Object.fromEntries(names.map((name, at) => [name, targets[(at + 1) % names.length] ?? null]));
      yield changed('routes flipped', { config: { ...config, routes } });
    }
    if (config.break_on_error === false)
      yield changed('break_on_error', { config: { ...config, break_on_error: true } });
    if (stage.component === 'trycatch')
      yield changed('error_scope', { config: { ...config, error_scope: 'propagate' } });
    if (stage.component === 'filter') yield changed('invert', { config: { ...config, invert: true } });
    if (config.max_iterations !== undefined)
      yield changed('max_iterations', { config: { ...config, max_iterations: 1 } });
    if (stage.timeout !== undefined && stage.component === 'signal')
      yield changed('timeout dropped', { timeout: '9d' });
  }
}

function json(...path: string[]): JsonObject {
  return JSON.parse(readFileSync(join(TEMPLATES, ...path), 'utf8'));
}

const templates = readdirSync(TEMPLATES).filter((name) => !name.startsWith('_'));
const all = templates.flatMap((template) => {
  const files = readdirSync(join(TEMPLATES, template, 'pipelines')).filter((file) => file.endsWith('.test.json'));
  return files.flatMap((file) => {
    const pipeline = json(template, 'pipelines', file.replace('.test.json', '.pipeline.json')) as Pipeline;
    const tests = { ...json(template, 'pipelines', file), pipeline: 'main' };
    return [...mutantsOf(pipeline)].map((mutant) => ({ ...mutant, tests }));
  });
});

describe('the tests of the templates', () => {
  it('notice at least nine of ten changes of their pipelines', async () => {
    const survivors: string[] = [];
    for (const { what, pipeline, tests } of all) {
      const { name: _name, ...main } = pipeline;
      const { suite } = read(tests, { pipeline: main as Pipeline });
      expect(suite, what).toBeDefined();
      const { result } = await run(tests, { pipeline: main as Pipeline });
      if (result.tests.every(({ status }) => status !== 'failed') && result.findings.length === 0) survivors.push(what);
    }
    console.log(
      `${all.length - survivors.length} of ${all.length} mutants were noticed; survivors: ${survivors.join(', ') || 'none'}`,
    );
    expect(all.length).toBeGreaterThanOrEqual(10);
    expect(survivors.length / all.length).toBeLessThanOrEqual(0.1);
  });
});
