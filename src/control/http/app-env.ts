import type { FlowMasonError } from '../../core/errors.ts';

/** What a request carries on its way through the app. */
export type AppEnv = {
  Variables: {
    requestId: string;
    route: string | undefined;
    actor: string | undefined;
    error: FlowMasonError | undefined;
  };
};
