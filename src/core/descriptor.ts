import type { Json, JsonObject, JsonSchema } from './json.ts';

/**
 * How one key of a component's config is read (PIPELINES.md 3). Without an entry a key is a template that is resolved
 * when the stage starts.
 */
export type ConfigField =
  /** Never scanned: schemas, JMESPath, names. */
  | { readonly kind: 'constant' }
  /** A template; `secret: true` lets secrets be revealed inside it. */
  | { readonly kind: 'template'; readonly secret?: boolean; readonly scope?: 'stage' | 'body' }
  /**
   * A bare expression, exactly one template, or a boolean. Scope `stage`: evaluated when the stage starts. `body`:
   * evaluated by the control stage in the scope of its body. `item`: handed to the component as a `BoundExpression`
   * over `locals`.
   */
  | { readonly kind: 'expression'; readonly scope: 'stage' | 'body' | 'item'; readonly locals?: readonly string[] }
  /** Stage ids that this stage owns or gates. `map`: an object of route to id or ids. */
  | { readonly kind: 'stages'; readonly role: 'own' | 'gate'; readonly map?: boolean };

/** What `core` knows of a component: data, handed over by the host. The code stays in `components`. */
export interface ComponentDescriptor {
  readonly name: string;
  readonly version: string;
  /** One sentence. */
  readonly summary: string;
  readonly category: 'ai' | 'operator' | 'control' | 'custom';
  /** `built-in`, `project`, or the name of the plugin that brought it. */
  readonly source: string;
  /** It touches the world outside: it is journalled before it starts, and mocked in tests. */
  readonly effects: boolean;
  readonly config: JsonSchema;
  readonly output: JsonSchema;
  readonly fields: Readonly<Record<string, ConfigField>>;
  /** Milliseconds per attempt; null for none. */
  readonly timeout: number | null;
  /** Whether `cache` may be set. */
  readonly cacheable: boolean;
  /** A config that works, with what it needs around it; run as a test. Without stages: there is none. */
  readonly example: ComponentExample;
}

/** An example that is run as a test: a whole pipeline around the component. */
export interface ComponentExample {
  readonly description: string;
  /** Stages that show the component; the first one whose component it is, is the one documented. */
  readonly stages: readonly JsonObject[];
  readonly input?: Json;
  /** Other pipelines that the stages call. */
  readonly pipelines?: readonly JsonObject[];
  /** What is sent to each signal that the stages wait for, by its name. */
  readonly signals?: JsonObject;
  /** What the run returns; absent when it cannot be told beforehand. */
  readonly result?: Json;
  /** What the documented stage gives. */
  readonly output?: JsonObject;
}
