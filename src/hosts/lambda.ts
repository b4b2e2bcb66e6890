import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { startEdge } from './edge/start.ts';

const app = startEdge(process.env);

/**
 * The control plane as a function on AWS Lambda, behind an API gateway, a load balancer or a function URL. An answer goes
 * out when it is whole: a stream of events comes at the end of the run, so followers should ask for a server.
 */
export const handler = handle(
  new Hono().all('*', async ({ req }) => {
    const last: Promise<void>[] = [];
    const response = await app.fetch(req.raw, (work) => last.push(work));
    const whole = new Response(response.body === null ? null : await response.arrayBuffer(), response);
    // Lambda freezes the process once it has the answer.
    await Promise.all(last);
    return whole;
  }),
);
