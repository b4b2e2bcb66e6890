import type { HealthCause, HealthReport } from '../../../core/api/health.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { healthText } from '../../print/administration/health.ts';
import { type AdministerFlags, administer } from './administer.ts';

/** What keeps a server from giving any verdict is one itself. */
const DOWN: readonly [RegExp, string][] = [
  [/^SERVER_/, 'server_unreachable'],
  [/^DATABASE_/, 'database'],
  [/^SCHEMA_/, 'schema'],
  [/^(?:INTERNAL|SHUTTING_DOWN)$/, 'server_failing'],
];

/** `fm health`: the outcome fails with `UNHEALTHY` unless all is well. Throws what is wrong with the command or the key. */
export function showHealth(cwd: string, flags: AdministerFlags): Promise<Outcome> {
  return administer(cwd, flags, async ({ client, environment }) => {
    const report = await client
      .call('GET /health/report', {})
      .catch((error: unknown) => unreachable(environment, error));
    const { verdict, causes } = report;
    return { json: report, text: healthText(report), error: verdict === 'ok' ? undefined : unhealthy(report, causes) };
  });
}

type Unreachable = Pick<HealthReport, 'environment' | 'verdict' | 'causes' | 'checked_at'>;

function unreachable(environment: string, error: unknown): Unreachable {
  const cause = error instanceof FlowMasonError ? DOWN.find(([codes]) => codes.test(error.code))?.[1] : undefined;
  if (cause === undefined || !(error instanceof FlowMasonError)) throw error;
  const { message, hint = `fm explain ${error.code}` } = error;
  const causes: HealthCause[] = [{ cause, verdict: 'down', message, hint, details: { code: error.code } }];
  return { environment, verdict: 'down', causes, checked_at: Date.now() };
}

function unhealthy({ environment, verdict }: Unreachable, [first]: readonly HealthCause[]): FlowMasonError {
  return new FlowMasonError('UNHEALTHY', `${environment} is ${verdict}: ${first?.message ?? 'nobody says why'}`, {
    hint: first?.hint,
  });
}
