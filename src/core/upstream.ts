import type { ActiveReleaseView, PipelineFile, ReleaseView } from './api/deployment.ts';
import type { Digest } from './release/digest.ts';

/**
 * The environment that releases are promoted from, as a server sees it that pulls them (DEPLOYMENT.md 4.8). Whoever asks
 * recomputes every digest, so it need not be trusted with content. Throws FlowMasonError `SERVER_UNREACHABLE` and what
 * the other control plane answers.
 */
export interface Upstream {
  /** Its name. */
  readonly environment: string;
  /** What is active there: of one project, or of all. */
  active(project: string | undefined): Promise<readonly ActiveReleaseView[]>;
  /** Undefined when it is not stored there. */
  release(digest: Digest): Promise<ReleaseView | undefined>;
  /** Those of these pipelines that are stored there. */
  pipelines(digests: readonly Digest[]): Promise<readonly PipelineFile[]>;
}
