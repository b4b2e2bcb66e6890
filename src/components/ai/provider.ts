import type { Json, JsonSchema } from '../../core/json.ts';

/** What is asked of a model. */
export interface ModelCall {
  /** The model's name within its provider. */
  readonly model: string;
  readonly system: string | undefined;
  readonly prompt: string;
  /** The answer is to be JSON that conforms to it. */
  readonly schema: JsonSchema | undefined;
  readonly stop: readonly string[];
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly signal: AbortSignal;
}

export interface ModelReply {
  readonly text: string;
  /** Present when a schema was given. */
  readonly object?: Json;
  readonly finish_reason: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd?: number;
}

/** Where models are. Throws StageError PROVIDER, RATE_LIMIT, CONNECTIVITY. */
export interface Provider {
  generate(call: ModelCall): Promise<ModelReply>;
}
