import type { Json, JsonObject, JsonSchema } from './json.ts';

export type Duration = number | string;

/** A pipeline as its file has it (PIPELINES.md 1). Fields that are absent stay absent; defaults are the plan's. */
export interface PipelineDefinition {
  $schema?: string;
  name: string;
  version?: string;
  description?: string;
  tags?: string[];
  owner?: string;
  input?: JsonSchema;
  output?: JsonSchema;
  result?: Json;
  stages: StageDefinition[];
  timeout?: Duration;
  concurrency?: { limit: number; key?: string; on_limit?: 'queue' | 'reject' };
  max_parallel?: number;
  priority?: number;
  pool?: string;
  on_failure?: { pipeline: string; input?: Json };
  triggers?: JsonObject[];
}

export interface RetryDefinition {
  max_attempts?: number;
  delay?: Duration;
  factor?: number;
  max_delay?: Duration;
  jitter?: boolean;
  on?: string[];
}

/** A stage as the file has it (PIPELINES.md 2). */
export interface StageDefinition {
  id: string;
  component: string;
  config?: JsonObject;
  depends_on?: string[];
  join?: 'all' | 'any';
  when?: string | boolean;
  timeout?: Duration;
  retry?: RetryDefinition;
  on_error?: 'fail' | 'continue';
  cache?: { ttl: Duration; key?: string };
  enabled?: boolean;
  name?: string;
  description?: string;
}
