import * as v from 'valibot';
import { ANSWER_SCHEMAS } from '../../src/control/http/answer-schemas.ts';
import { openApiDocument } from '../../src/control/http/openapi.ts';
import { OPERATIONS } from '../../src/control/http/operations.ts';
import { routeErrors } from '../../src/control/http/refusals.ts';
import { type RouteEntry, routeTable } from '../../src/control/http/route-table.ts';
import { ROUTES } from '../../src/control/http/routes.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { type CompiledSchema, compileSchema } from '../../src/core/schema/validate.ts';

const ENTRIES = routeTable(ROUTES);
const BASE = '/api/v1';

/** What answers requests. */
type Answers = (request: Request) => Response | Promise<Response>;

/** The same, and every answer has to be what the description of the API says: a lie fails the test that hears it. */
export function asDescribed(answers: Answers): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, url } = request;
    const response = await answers(request);
    const entry = entryOf(method, new URL(url).pathname);
    if (entry) await check(entry, response);
    return response;
  };
}

async function check({ route, method, verb }: RouteEntry, response: Response): Promise<void> {
  const { answer } = OPERATIONS[route as keyof typeof OPERATIONS];
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  // Whoever follows a stream reads it at a time of its own, and gives what came to `eventsAsDescribed`.
  if (isStream) return;
  const body: unknown = await response.clone().json();
  if (response.ok) {
    const status = verb.status ?? 200;
    if (response.status !== status) lie(route, `the status is ${status}`, response.status);
    return matches(route, answer, body);
  }
  matches(route, 'Problem', body);
  const { code } = body as { code: string };
  const { codes } = routeErrors({ method, verb });
  if (!codes.includes(code)) lie(route, `refuses with ${codes.join(', ')}`, code);
}

/** Whether the events of a stream that has ended are what the description says. */
export function eventsAsDescribed(route: keyof typeof OPERATIONS, events: readonly unknown[]): void {
  for (const event of events) matches(route, OPERATIONS[route].answer, event);
}

function matches(route: string, name: keyof typeof ANSWER_SCHEMAS, body: unknown): void {
  const { issues } = v.safeParse(ANSWER_SCHEMAS[name], body);
  const wrong = issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  if (wrong) lie(route, `answers ${name}`, wrong.join('; '));
  // The document itself, without what many or large answers would cost.
  const times = (compared.get(route) ?? 0) + 1;
  compared.set(route, times);
  if (times > MOST_TIMES || JSON.stringify(body).length > MOST_COMPARED) return;
  const { valid, errors } = published(name).validate(body as Json);
  if (!valid) lie(route, `answers ${name}`, errors.map(({ path, message }) => `${path}: ${message}`).join('; '));
}

const MOST_COMPARED = 50_000;
/** Of each route, in each file of tests. */
const MOST_TIMES = 50;
const compared = new Map<string, number>();
const { components } = openApiDocument('0.0.0') as { components: JsonObject };
const compiled = new Map<string, CompiledSchema>();

/** A schema as the document has it. */
function published(name: string): CompiledSchema {
  const schema = compiled.get(name) ?? compileSchema({ $ref: `#/components/schemas/${name}`, components });
  compiled.set(name, schema);
  return schema;
}

function lie(route: string, said: string, found: unknown): never {
  throw new Error(`The description says of ${route}: ${said}; and it was: ${String(found)}`);
}

function entryOf(method: string, path: string): RouteEntry | undefined {
  return ENTRIES.find((entry) => entry.method === method && fits(entry.path, path));
}

/** Whether a path is one of a pattern, in the one spelling that there is. */
export function fits(pattern: string, path: string): boolean {
  const [want, have] = [`${BASE}${pattern}`.split('/'), path.split('/')];
  return (
    want.length === have.length &&
    want.every((part, at) => (part.startsWith(':') ? have[at] !== '' : part === have[at]))
  );
}
