import type { Json, JsonSchema } from '../../core/json.ts';
import { StageError, type Usage } from '../../core/run.ts';
import { nearest } from '../../core/suggest.ts';
import type { StageContext } from '../../executor/component.ts';
import type { ModelReply, Provider } from './provider.ts';
import { PROVIDERS } from './providers.ts';

/** The config that every AI component shares. */
export interface ModelSettings {
  readonly model?: string | undefined;
  readonly temperature?: number | undefined;
  readonly max_tokens?: number | undefined;
}

export interface Question {
  readonly system?: string | undefined;
  readonly prompt: string;
  readonly schema?: JsonSchema | undefined;
  readonly stop?: readonly string[] | undefined;
}

export interface Answer {
  readonly text: string;
  /** Conforms to the question's schema; null without one. */
  readonly object: Json;
  /** What every AI component gives: usage, model, finish_reason. */
  readonly about: { readonly usage: Usage; readonly model: string; readonly finish_reason: string };
}

const OFFLINE = 'Offline, "model": "mock/demo" answers with made-up text.';

/** Asks the stage's model, and reports what it used. Throws StageError `CONFIGURATION` when there is none. */
export async function ask(settings: ModelSettings, question: Question, context: StageContext): Promise<Answer> {
  const { provider, name, model } = await findModel(settings.model ?? context.defaultModel);
  const reply = await provider.generate({
    model,
    system: question.system,
    prompt: question.prompt,
    schema: question.schema,
    stop: question.stop ?? [],
    temperature: settings.temperature,
    maxTokens: settings.max_tokens,
    signal: context.signal,
  });
  const usage = usageOf(reply);
  context.usage(usage);
  const { text, finish_reason } = reply;
  const object = question.schema === undefined ? null : await checked(reply, question.schema, name);
  return { text, object, about: { usage, model: name, finish_reason } };
}

async function findModel(name: string | undefined): Promise<{ provider: Provider; name: string; model: string }> {
  if (name === undefined) {
    const message =
      'no model is named, neither by the stage ("model") nor by the project ("ai.model" in flowmason.json)';
    throw new StageError('CONFIGURATION', 'model_missing', message, { hint: `${OFFLINE} ${listVariables()}` });
  }
  const slash = name.indexOf('/');
  const [providerName, model] = [name.slice(0, slash), name.slice(slash + 1)];
  if (slash < 1 || model === '') {
    const message = `a model is written provider/model, found ${JSON.stringify(name)}`;
    throw new StageError('CONFIGURATION', 'model_unknown', message, { hint: OFFLINE });
  }
  const entry = Object.hasOwn(PROVIDERS, providerName) ? PROVIDERS[providerName] : undefined;
  if (!entry) {
    const meant = nearest(providerName, Object.keys(PROVIDERS));
    const hint =
      meant === undefined
        ? `Providers are: ${Object.keys(PROVIDERS).join(', ')}.`
        : `Did you mean "${meant}/${model}"?`;
    throw new StageError('CONFIGURATION', 'model_unknown', `there is no provider ${JSON.stringify(providerName)}`, {
      hint,
    });
  }
  if (!entry.load) {
    const message = `provider ${providerName} is not available in this version; use model mock/${model}`;
    const hint = `mock/${model} works offline and answers with made-up text; ${providerName} will read ${entry.variable}.`;
    throw new StageError('CONFIGURATION', 'provider_unavailable', message, { hint });
  }
  return { provider: await entry.load(), name, model };
}

function listVariables(): string {
  const variables = Object.entries(PROVIDERS).flatMap(([name, { variable }]) =>
    variable ? [`${name}: ${variable}`] : [],
  );
  return `The others, which this version does not have yet, will read a variable each (${variables.join(', ')}).`;
}

function usageOf({ input_tokens, output_tokens, cost_usd }: ModelReply): Usage {
  const usage: Usage = { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
  return cost_usd === undefined ? usage : { ...usage, cost_usd };
}

/** The answer as data; a model that does not keep to the schema may do so when it is asked again. */
async function checked(reply: ModelReply, schema: JsonSchema, name: string): Promise<Json> {
  const { compileSchema } = await import('../../core/schema/validate.ts');
  const object = reply.object ?? null;
  const { valid, errors } = compileSchema(schema).validate(object);
  if (valid) return object;
  const [first] = errors;
  const where = first?.path ? `${first.path}: ` : '';
  throw new StageError(
    'PROVIDER',
    'answer_invalid',
    `the answer of ${name} does not fit the schema: ${where}${first?.message}`,
  );
}
