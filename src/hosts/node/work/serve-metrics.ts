import { randomBytes } from '../random.ts';
import { type Listening, listen } from '../server/listen.ts';

export interface WorkerMetricsOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly version: string;
  readonly worker: string;
  readonly metricLines: () => readonly string[];
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Answers `GET /metrics` and `GET /health` of a worker, to whoever reaches it. Throws FlowMasonError `PORT_TAKEN`. */
export function serveMetrics({ host, port, version, worker, metricLines }: WorkerMetricsOptions): Promise<Listening> {
  const answer = ({ method, url }: Request): Response => {
    const { pathname } = new URL(url);
    if (method !== 'GET' && method !== 'HEAD')
      return new Response('Only GET\n', { status: 405, headers: { allow: 'GET' } });
    if (pathname === '/health') return Response.json({ status: 'ok', version, worker });
    if (pathname !== '/metrics') return new Response('There are /metrics and /health\n', { status: 404 });
    return new Response([...metricLines(), ''].join('\n'), { headers: { 'content-type': TEXT } });
  };
  const requestId = (): string => Buffer.from(randomBytes(8)).toString('hex');
  return listen(answer, { host, port, requestId, hint: 'fm worker --metrics-port 0' });
}
