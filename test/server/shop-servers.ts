import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from '../setup/fm.ts';
import { type Answer, shell } from '../setup/in-process.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** A server `staging`, a `production` that pulls from it, and what it takes to reach both. */
export interface Servers {
  readonly staging: ServerProcess;
  readonly production: ServerProcess;
  /** A key of production that may deploy past its protection. */
  readonly forcing: string;
}

/** `upstream: false`: production does not know where to promote from. */
export async function startServers({ upstream = true } = {}): Promise<Servers> {
  const staging = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging' });
  const reading = await newKey(staging, ['releases:read']);
  const production = await startServer(tempFolder(), {
    FM_ENVIRONMENT: 'production',
    ...(upstream ? { FM_UPSTREAM_URL: staging.url, FM_UPSTREAM_KEY: reading } : {}),
  });
  return { staging, production, forcing: await newKey(production, ['deploy', 'deploy:force', 'releases:read']) };
}

/** A key of a server with these scopes. */
export async function newKey({ call }: ServerProcess, scopes: readonly string[]): Promise<string> {
  const answer = await call('POST', '/api/v1/keys', { name: scopes.join('-').replaceAll(':', '-'), scopes });
  const { key } = (await answer.json()) as { key: string };
  return key;
}

/** The variables that lead to both servers. */
export function variablesOf({ staging, production }: Servers): Record<string, string> {
  return {
    FM_STAGING_URL: staging.url,
    FM_STAGING_KEY: staging.key,
    FM_PROD_URL: production.url,
    FM_PROD_KEY: production.key,
  };
}

const ENVIRONMENTS = {
  staging: { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' },
  production: { url: '${FM_PROD_URL}', api_key: '${FM_PROD_KEY}' },
};

/** A checkout whose pipelines log a text. */
export class Checkout {
  readonly root = tempFolder();

  constructor(environments: object = ENVIRONMENTS) {
    this.write('flowmason.json', { name: 'shop', version: '1.0.0', environments });
    this.pipeline('pay', 'first');
  }

  write(file: string, content: object): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), JSON.stringify(content));
  }

  remove(name: string): void {
    rmSync(join(this.root, `pipelines/${name}.pipeline.json`));
  }

  version(version: string): void {
    this.write('flowmason.json', { name: 'shop', version, environments: ENVIRONMENTS });
  }

  /** `text`: what it logs, so that another text is another digest. */
  pipeline(name: string, text: string): void {
    const stages = [{ id: 'say', component: 'logger', config: { message: text } }];
    this.write(`pipelines/${name}.pipeline.json`, { name, stages });
  }

  /** fm in this checkout, with these variables. */
  with(variables: Readonly<Record<string, string>>): (line: string) => Promise<Answer> {
    return (line) => shell(this.root, variables)(...line.split(' '));
  }
}
