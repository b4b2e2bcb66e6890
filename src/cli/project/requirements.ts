import type { Json } from '../../core/json.ts';
import type { Masker } from '../../core/mask.ts';
import type { SecretSource, Secrets } from '../../core/ports.ts';

/**
 * The secrets that a run needs, and a masker that knows them. Throws FlowMasonError `MISSING_CONFIGURATION` listing
 * every variable and secret that is missing and how to set each.
 */
export declare function provide(
  requires: { readonly vars: readonly string[]; readonly secrets: readonly string[] },
  vars: Readonly<Record<string, Json>>,
  source: SecretSource,
): Promise<{ readonly secrets: Secrets; readonly masker: Masker }>;
