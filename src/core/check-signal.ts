import { fail } from './errors.ts';
import { isObject, type Json, type JsonSchema, own } from './json.ts';
import { compileSchema } from './schema/validate.ts';
import { componentName, type Definitions } from './stage-at.ts';
import { nearest } from './suggest.ts';

/**
 * Data for a signal must fit one of the stages that may wait for that name. Throws FlowMasonError `NOT_FOUND` when no
 * stage does, `SIGNAL_INVALID`.
 */
export function checkSignal({ pipelines }: Definitions, run: string, name: string, data: Json): void {
  const all = [...pipelines.values()].flatMap(({ stages }) => stages);
  const configs = all.filter((stage) => componentName(stage) === 'signal').map((stage) => stage.config ?? {});
  const candidates = configs.filter((config) => config.name === name || isTemplate(config.name));
  if (candidates.length === 0) {
    const names = [...new Set(configs.map((config) => String(config.name)))];
    const [other] = names;
    const known = names.length === 0 ? 'it waits for none' : `it has ${names.join(', ')}`;
    fail('NOT_FOUND', `Run ${run} has no signal \`${name}\`: ${known}`, {
      hint:
        other === undefined
          ? `fm runs show ${run}`
          : `fm runs signal ${run} ${nearest(name, names) ?? other} --data '…'`,
    });
  }
  const reasons = candidates.map((config) => misfit(own(config, 'schema'), data));
  if (reasons.some((reason) => reason === undefined)) return;
  fail('SIGNAL_INVALID', `The data for \`${name}\` does not fit its schema: ${reasons[0]}`, {
    hint: `fm runs signal ${run} ${name} --data '…'`,
  });
}

function misfit(schema: unknown, data: Json): string | undefined {
  if (!isObject(schema) && typeof schema !== 'boolean') return undefined;
  // A definition that runs was compiled, so its schema is one.
  const { valid, errors } = compileSchema(schema as JsonSchema).validate(data);
  return valid ? undefined : errors.map((error) => `${error.path || 'data'}: ${error.message}`).join('; ');
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}
