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
    /** The answer was made with all its headers, because to set them one by one takes long. */
    isWhole: boolean | undefined;
  };
};
