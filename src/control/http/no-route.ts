import { FlowMasonError } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

export function notFound(path: string): FlowMasonError {
  return new FlowMasonError('NOT_FOUND', `There is no route ${quote(path, 200)}`, {
    hint: 'GET /openapi.json lists them all; a path has one spelling.',
  });
}

export function notAllowed(method: string, path: string, methods: readonly string[]): FlowMasonError {
  const allow = [...new Set(methods.flatMap((allowed) => (allowed === 'GET' ? ['GET', 'HEAD'] : [allowed])))].sort();
  return new FlowMasonError(
    'METHOD_NOT_ALLOWED',
    `${quote(path, 200)} takes ${allow.join(', ')}, not ${quote(method)}`,
    {
      hint: 'GET /openapi.json describes every route.',
      details: { allow },
    },
  );
}
