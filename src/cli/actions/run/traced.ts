import type { Plan } from '../../../core/plan.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { execute } from '../../../executor/execute.ts';
import { traceStages } from '../../../executor/trace-stages.ts';
import type { RunOptions, Runtime } from '../../../executor/types.ts';
import { openTraces } from '../../../hosts/node/telemetry/traces.ts';
import { VERSION } from '../../package.ts';
import { say } from '../../terminal.ts';

/**
 * Executes a run, with spans where OpenTelemetry's variables ask for them: in the trace of `TRACEPARENT`, or in one of its
 * own, in which it stays when it is resumed.
 */
export async function tracedExecute(plan: Plan, runtime: Runtime, options: RunOptions): Promise<RunOutcome> {
  const { environment, runId } = options;
  const onProblem = (message: string): void => say(`warning: ${message}`);
  const traces = await openTraces(process.env, { version: VERSION, environment, onProblem });
  if (!traces) return execute(plan, runtime, options);
  const attributes = {
    'flowmason.run.id': runId,
    'flowmason.pipeline.name': plan.name,
    'flowmason.pipeline.version': plan.version,
    'deployment.environment.name': environment,
  };
  const { clock } = runtime;
  const span = traces.tracer.begin({
    name: `run ${plan.name}`,
    kind: 'internal',
    at: clock.now(),
    attributes,
    parent: process.env.TRACEPARENT,
    trace: runId,
  });
  const stages = traceStages(traces.tracer, span.traceparent, attributes);
  let outcome: RunOutcome | undefined;
  try {
    outcome = await execute(plan, runtime, {
      ...options,
      traceOf: stages.traceOf,
      onEvent(event) {
        stages.onEvent(event);
        options.onEvent?.(event);
      },
    });
    return outcome;
  } finally {
    const at = clock.now();
    stages.end(at);
    const error = outcome ? outcome.error?.type : 'host_error';
    span.end({ at, error, attributes: { 'flowmason.run.status': outcome?.status ?? 'running' } });
    await traces.close();
  }
}
