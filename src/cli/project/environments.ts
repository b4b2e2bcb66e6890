import {
  environmentName,
  isEnvironmentName,
  LONGEST_ENVIRONMENT,
  RESERVED_ENVIRONMENTS,
} from '../../core/environment-name.ts';
import { isObject, type Json, own } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { quote } from '../../core/quote.ts';
import type { SourceFile } from '../../core/source/file.ts';

/** Names in `environments` that no environment can have, or that two have. */
export function checkEnvironments(source: SourceFile, value: Json): Problem[] {
  const environments = isObject(value) ? own(value, 'environments') : undefined;
  if (!isObject(environments)) return [];
  const seen = new Map<string, string>();
  return Object.keys(environments).flatMap((name) => {
    const other = seen.get(environmentName(name));
    seen.set(environmentName(name), name);
    const complaint = complain(name, other);
    if (!complaint) return [];
    const path = ['environments', name];
    const { line, column, length } = source.locate(path, 'key') ?? {};
    return { ...complaint, severity: 'error', file: source.file, path, line, column, length } as const;
  });
}

function complain(name: string, other: string | undefined): Pick<Problem, 'code' | 'message' | 'hint'> | undefined {
  if (RESERVED_ENVIRONMENTS.has(name)) {
    const reserved = [...RESERVED_ENVIRONMENTS].join(', ');
    return {
      code: 'RESERVED_ENVIRONMENT',
      message: `${quote(name)} cannot be the name of an environment: commands and settings use the word`,
      hint: `Choose another name; reserved are ${reserved}`,
    };
  }
  if (!isEnvironmentName(name)) {
    return {
      code: 'INVALID_VALUE',
      message: `The name of an environment must be lower-case words joined by \`-\`, at most ${LONGEST_ENVIRONMENT} characters, found ${quote(name)}`,
      hint: 'e.g. `staging`, `eu-production`',
    };
  }
  if (other === undefined) return undefined;
  return {
    code: 'DUPLICATE_ENVIRONMENT',
    message: `${quote(name)} and ${quote(other)} are the same environment: ${environmentName(name)}`,
    hint: 'Keep one of the two',
  };
}
