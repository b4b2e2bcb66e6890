import type { IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { RunOutcome } from '../../src/core/run.ts';
import type { RunEvent } from '../../src/executor/types.ts';
import { bodyOf, newFetch, serve } from '../hosts/fetch-server.ts';
import { type Ran, runStages, type World } from './run-stages.ts';

/** A stage that requests, run by the executor over a real socket. Config beside the URL, fields of the stage beside both. */
export function ask(url: string, config: JsonObject = {}, stage: JsonObject = {}, world: World = {}): Promise<Ran> {
  const stages = [{ id: 'ask', component: 'http-request', config: { url, ...config }, ...stage }];
  return runStages({ stages }, { fetch: newFetch(), ...world });
}

/** What the server was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that gives back what it was asked. */
export function echo(): Promise<string> {
  return serve(async (incoming, response) => {
    const { method, url, headers } = incoming;
    const text = JSON.stringify({ method, url, headers, body: await bodyOf(incoming) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
}

export async function asked(url: string, config: JsonObject = {}): Promise<Asked> {
  const { outcome } = await ask(url, config);
  expect(outcome.error).toBeNull();
  const { body } = outcome.result as { body: Json };
  return body as unknown as Asked;
}

/** A server with one answer. */
export function answering(
  status: number,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<string> {
  return serve((_incoming, response) => response.writeHead(status, headers).end(body));
}

export async function outputOf(answer: Promise<string>, config: JsonObject = {}): Promise<JsonObject> {
  const { outcome } = await ask(await answer, config);
  expect(outcome.error).toBeNull();
  return outcome.result as JsonObject;
}

export async function errorOf(
  answer: Promise<string>,
  config: JsonObject = {},
): Promise<NonNullable<RunOutcome['error']>> {
  const { outcome } = await ask(await answer, config, { retry: { max_attempts: 1 } });
  if (!outcome.error) throw new Error('the stage succeeded');
  return outcome.error;
}

export const NOW = Date.UTC(2026, 0, 5, 12);

/** Delays between attempts pass at once, the hour that these stages may take never does. */
const hurried: Clock = {
  now: () => NOW,
  after(ms, callback) {
    const timer = ms < 3_600_000 ? setImmediate(callback) : undefined;
    return () => clearImmediate(timer);
  },
};

/** All attempts of a stage whose retries take no time. */
export async function attempts(url: string, config: JsonObject = {}) {
  const delays: number[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'retry') delays.push(event.delay_ms);
  };
  const { outcome } = await ask(url, config, { timeout: '1h' }, { clock: hurried, onEvent });
  return { outcome, delays, attempts: outcome.stages[0]?.attempts };
}
