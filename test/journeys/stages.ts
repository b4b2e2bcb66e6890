import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapKey, launchServer, type ServerProcess } from '../server/server-process.ts';
import { newKey } from '../server/shop-servers.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';

/** Servers `staging` and `production` over PostgreSQL; production pulls from staging. */
export interface Stages {
  readonly staging: ServerProcess;
  readonly production: ServerProcess;
  end(): Promise<void>;
}

export async function openStages(): Promise<Stages> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-stages-')));
  const started: ServerProcess[] = [];
  const start = async (environment: string, more: Record<string, string>): Promise<ServerProcess> => {
    const server = await launchServer(
      folder,
      {
        FM_ENVIRONMENT: environment,
        FM_DATABASE_URL: await queueDatabase(),
        FM_BOOTSTRAP_KEY: bootstrapKey(environment),
        ...more,
      },
      () => {},
    );
    started.push(server);
    return server;
  };
  const staging = await start('staging', {});
  const production = await start('production', {
    FM_UPSTREAM_URL: staging.url,
    FM_UPSTREAM_KEY: await newKey(staging, ['releases:read']),
  });
  return {
    staging,
    production,
    async end() {
      for (const server of started) await server.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
