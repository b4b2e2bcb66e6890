import type { Json } from '../../../core/json.ts';
import { hashOf } from '../mock/hash.ts';
import { makeSample } from '../mock/sample.ts';
import type { ModelCall, ModelReply, Provider } from '../provider.ts';

/** About what tokenizers make of ordinary text. */
const CHARACTERS_PER_TOKEN = 4;

/** Answers without a network, always the same for the same question, and says that it made the answer up. */
export const mock: Provider = {
  generate: async (call) => {
    const { system = '', prompt, schema } = call;
    const asked = `${system}${prompt}${schema === undefined ? '' : JSON.stringify(schema)}`;
    const input_tokens = tokens(asked);
    if (schema === undefined) return { ...cut(proseFor(call), call), input_tokens };
    const object: Json = await makeSample(schema, hashOf(`${call.model}\n${asked}`));
    const text = JSON.stringify(object);
    return { text, object, finish_reason: 'stop', input_tokens, output_tokens: tokens(text) };
  },
};

function proseFor({ model, prompt }: ModelCall): string {
  const line = prompt.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > 120 ? `${line.slice(0, 120)}…` : line;
  return `This is a made-up answer of the mock model "${model}": no language model was asked. The question was: ${shown}`;
}

/** Ends the text before the first stop text, and at the longest length. */
function cut(text: string, { stop, maxTokens }: ModelCall): Omit<ModelReply, 'input_tokens'> {
  const ends = stop.filter((mark) => mark !== '').map((mark) => text.indexOf(mark));
  const end = Math.min(text.length, ...ends.filter((index) => index >= 0));
  const longest = maxTokens === undefined ? Number.POSITIVE_INFINITY : maxTokens * CHARACTERS_PER_TOKEN;
  const kept = text.slice(0, Math.min(end, longest));
  return { text: kept, finish_reason: longest < end ? 'length' : 'stop', output_tokens: tokens(kept) };
}

function tokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
