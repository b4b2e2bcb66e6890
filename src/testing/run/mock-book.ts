import { isObject, type Json, own } from '../../core/json.ts';
import { parsePath } from '../../core/path.ts';
import { StageError, type Usage } from '../../core/run.ts';
import type { StageCall } from '../../executor/stand-in.ts';
import { isMeant } from '../suite/reference.ts';
import type { Mock, MockAnswer, MockTarget } from '../suite/suite.ts';

/** What a mock gives in the place of a stage. */
export interface Mocked {
  readonly output: Json;
  readonly usage?: Usage | undefined;
}

/** A mock has no answer left. */
export interface RunOut {
  readonly mock: Mock;
  readonly path: string;
  readonly attempt: number;
}

const SECRET = /\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

/** The mocks of one test: finds the one for a call, counts what was used. */
export class MockBook {
  readonly #levels: readonly (readonly Mock[])[];
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #used = new Map<Mock, number>();
  readonly runOut: RunOut[] = [];

  /** `levels`: the nearest one first. `secrets` stand for `{{ secrets.NAME }}` in what mocks give. */
  constructor(levels: readonly (readonly Mock[])[], secrets: ReadonlyMap<string, string>) {
    this.#levels = levels;
    this.#secrets = secrets;
  }

  /** The mock for a call: of the nearest level that has one the most exact (PIPELINES.md 7). */
  find(call: Pick<StageCall, 'path' | 'id' | 'component'>): Mock | undefined {
    const steps = parsePath(call.path) ?? [];
    for (const level of this.#levels) {
      let best: Mock | undefined;
      let bestRank = 0;
      for (const mock of level) {
        const rank = rankOf(mock.target, steps, call);
        if (rank > bestRank) [best, bestRank] = [mock, rank];
      }
      if (best) return best;
    }
    return undefined;
  }

  /** The mock of what a component under test fetches. */
  get fetch(): Mock | undefined {
    return this.#levels.flat().find(({ target }) => target.kind === 'fetch');
  }

  /** The next answer of a mock. Throws StageError for an error, and `CONFIGURATION` when there is none left. */
  answer(mock: Mock, path: string, attempt: number): Mocked {
    const used = this.#used.get(mock) ?? 0;
    this.#used.set(mock, used + 1);
    const answer = mock.repeats ? mock.answers[0] : mock.answers[used];
    if (!answer) {
      this.runOut.push({ mock, path, attempt });
      throw new StageError('CONFIGURATION', 'mock_used_up', `The mock \`${mock.key}\` has no answer left`);
    }
    return this.#give(answer);
  }

  /** How many answers were asked for. */
  used(mock: Mock): number {
    return this.#used.get(mock) ?? 0;
  }

  #give(answer: MockAnswer): Mocked {
    if ('error' in answer) {
      const { type, code = 'mocked', message, details, retryAfter } = answer.error;
      throw new StageError(type, code, message, { details, retryAfter });
    }
    const output = this.#withSecrets(answer.output);
    return { output, usage: usageOf(output) };
  }

  #withSecrets(value: Json): Json {
    if (typeof value === 'string') {
      return value.replaceAll(SECRET, (whole, name: string) => this.#secrets.get(name) ?? whole);
    }
    if (Array.isArray(value)) return value.map((item) => this.#withSecrets(item));
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([key, member]) => [key, this.#withSecrets(member as Json)]);
    return Object.fromEntries(members);
  }
}

/** How exactly a target means a call; 0 when it does not. */
function rankOf(
  target: MockTarget,
  steps: NonNullable<ReturnType<typeof parsePath>>,
  { id, component }: Pick<StageCall, 'id' | 'component'>,
): number {
  if (target.kind === 'stage') {
    return isMeant(target.reference, steps) ? 10 + target.reference.indices.size : 0;
  }
  if (target.kind === 'id') return target.id === id ? 2 : 0;
  return target.kind === 'component' && target.name === component ? 1 : 0;
}

/** Tokens that a mocked AI stage says it has used. */
function usageOf(output: Json): Usage | undefined {
  const usage = isObject(output) ? own(output, 'usage') : undefined;
  if (!isObject(usage)) return undefined;
  const count = (key: string): number => {
    const value = own(usage, key);
    return typeof value === 'number' ? value : 0;
  };
  const cost = own(usage, 'cost_usd');
  return {
    input_tokens: count('input_tokens'),
    output_tokens: count('output_tokens'),
    total_tokens: count('total_tokens') || count('input_tokens') + count('output_tokens'),
    ...(typeof cost === 'number' ? { cost_usd: cost } : undefined),
  };
}
