import { bench as claims } from './claims.ts';
import { bench as deploy } from './deploy.ts';
import { bench as edge } from './edge.ts';
import { bench as executor } from './executor.ts';
import { bench as expression } from './expression.ts';
import { bench as foreach } from './foreach.ts';
import { bench as idle } from './idle.ts';
import { bench as journal } from './journal.ts';
import { bench as latency } from './latency.ts';
import { bench as memory } from './memory.ts';
import { bench as push } from './push.ts';
import { bench as queue } from './queue.ts';
import { bench as releases } from './releases.ts';
import { bench as remote } from './remote.ts';
import { bench as requests } from './requests.ts';
import type { Bench } from './row.ts';
import { bench as saturation } from './saturation.ts';
import { bench as startup } from './startup.ts';
import { bench as testing } from './testing.ts';
import { bench as worker } from './worker.ts';

/** Every bench, in the order in which they are measured. */
export const BENCHES: readonly Bench[] = [
  startup,
  executor,
  memory,
  journal,
  expression,
  testing,
  worker,
  queue,
  latency,
  claims,
  foreach,
  saturation,
  releases,
  deploy,
  push,
  requests,
  remote,
  idle,
  edge,
];
