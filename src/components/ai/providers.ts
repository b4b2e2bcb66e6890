import type { Provider } from './provider.ts';

interface ProviderEntry {
  /** The environment variable that its key, or its address, is read from. */
  readonly variable?: string;
  /** Absent: this version does not have it. */
  readonly load?: () => Promise<Provider>;
}

/** Every provider by the name that stands before the slash of a model: one file and one line each. */
export const PROVIDERS: Readonly<Record<string, ProviderEntry>> = {
  anthropic: { variable: 'ANTHROPIC_API_KEY' },
  google: { variable: 'GOOGLE_GENERATIVE_AI_API_KEY' },
  groq: { variable: 'GROQ_API_KEY' },
  mock: { load: async () => (await import('./providers/mock.ts')).mock },
  openai: { variable: 'OPENAI_API_KEY' },
  'openai-compatible': { variable: 'OPENAI_COMPATIBLE_BASE_URL' },
};
