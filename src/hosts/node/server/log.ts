import { pino } from 'pino';
import { createMasker } from '../../../core/mask.ts';
import { PROVIDER_KEYS } from '../../../secrets/variables.ts';
import type { Variables } from '../../edge/settings.ts';
import type { LogLevel } from './settings.ts';

type Write = (fields: object, message: string) => void;

/** Lines with fields; an error goes into the field `err`. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** For a person who looks on, not one JSON document a line. */
  readonly pretty: boolean;
  /** Variables of the process, whose secrets no line has. */
  readonly variables: Variables;
}

/** The log of a server, on stdout. Whatever a line holds, secrets are masked in it. */
export async function createLog({ level, pretty, variables }: LogOptions): Promise<Log> {
  const masker = createMasker(secretsOf(variables));
  const hooks = { streamWrite: (line: string) => masker.text(line) };
  const formatters = { level: (label: string) => ({ level: label }) };
  const options = { level, base: null, hooks, formatters, timestamp: isoTimes() };
  const stream = pretty
    ? (await import('pino-pretty')).default({ destination: 1, sync: true, translateTime: 'SYS:HH:MM:ss' })
    : together(pino.destination({ dest: 1, sync: true }));
  const logger = pino(options, stream);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** As pino's `isoTime`, but the date is written once a second. */
function isoTimes(): () => string {
  let second = 0;
  let text = '';
  return () => {
    const now = Date.now();
    const ms = now % 1_000;
    if (now - ms !== second) {
      second = now - ms;
      text = `,"time":"${new Date(second).toISOString().slice(0, -'000Z'.length)}`;
    }
    return `${text}${String(ms).padStart(3, '0')}Z"`;
  };
}

/** Milliseconds that a line waits for others. */
const TOGETHER_MS = 10;
/** Characters that are not kept for longer. */
const MOST_KEPT = 16_384;

/** Writes the lines of a moment at once, the last ones when the process ends. */
function together(stream: { write(text: string): unknown }): { write(line: string): void } {
  let lines = '';
  const write = (): void => {
    const text = lines;
    lines = '';
    if (text !== '') stream.write(text);
  };
  process.on('exit', write);
  return {
    write(line) {
      if (lines === '') setTimeout(write, TOGETHER_MS);
      lines += line;
      if (lines.length > MOST_KEPT) write();
    },
  };
}

const SECRET = /^FM_(?:SECRET_.+|BOOTSTRAP_KEY|UPSTREAM_KEY|.*(?:KEY|TOKEN|PASSWORD|SECRET))$/;
const URLS = ['FM_DATABASE_URL', 'FM_REDIS_URL'];

function secretsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (!value) return [];
    if (URLS.includes(name)) return passwordOf(value);
    return SECRET.test(name) || PROVIDER_KEYS.has(name) ? [value] : [];
  });
}

function passwordOf(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}
