import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { BIN, cleanEnvironment, tempFolder } from '../../setup/fm.ts';

/** A line of its log. */
export interface Line {
  readonly msg: string;
  readonly run?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly stage?: string;
  readonly metrics_port?: number;
}

/** `fm worker` as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  readonly lines: readonly Line[];
  /** Resolves when the log has such a line. */
  said(line: Partial<Line>): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, when it has ended; null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts a worker on a database; it is killed at the end of the test. Resolves when it takes runs. */
export function startWorker(database: string, ...flags: string[]): Promise<WorkerProcess> {
  return launchWorker({ FM_DATABASE_URL: database }, flags);
}

/** The same with variables, and by a program that starts others, e.g. in a network of their own. */
export async function launchWorker(
  variables: Readonly<Record<string, string>>,
  flags: readonly string[],
  place: readonly string[] = [],
): Promise<WorkerProcess> {
  const home = tempFolder();
  const env = { ...cleanEnvironment(home), FM_ENVIRONMENT: 'staging', ...variables };
  const command = [...place, process.execPath, BIN, 'worker', '--json', '--project', home, ...flags];
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { env, stdio: 'pipe' });
  child.stderr.pipe(process.stderr);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const isLine = text.startsWith('{"');
    // What it says when it fails is longer than a line, and the end of the process is told anyway.
    if (!isLine) return void process.stderr.write(`${text}\n`);
    lines.push(JSON.parse(text));
    for (const look of waiting) look();
  });
  const said = (wanted: Partial<Line>): Promise<void> => {
    const isIt = (line: Line) => Object.entries(wanted).every(([key, value]) => Reflect.get(line, key) === value);
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!lines.some(isIt)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${JSON.stringify(wanted)}: ${JSON.stringify(lines)}`)));
    });
  };
  await said({ msg: 'working' });
  return { pid: child.pid ?? 0, lines, said, kill: (signal) => void child.kill(signal), ended };
}
