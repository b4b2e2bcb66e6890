import type { FlowMasonError } from '../../core/errors.ts';

/** What a request carries on its way through the app. */
export type AppEnv = {
  Variables: {
    requestId: string;
    /** For what the request starts. */
    traceparent: string | undefined;
    route: string | undefined;
    actor: string | undefined;
    error: FlowMasonError | undefined;
  };
};
