import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { BIN, type Ended, type FmOptions, fm, tempFolder } from '../setup/fm.ts';
import { type Live, start } from './live.ts';

/** A component that leaves traces: what it was called for, and that it was told to stop. */
const STEP = `import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';

const path = v.optional(v.string());

/** Notes its idempotency key; then waits until a file exists, fails while another one does, gives its value. */
export default defineComponent({
  name: 'step',
  version: '1.0.0',
  summary: 'Leaves a line in a file.',
  effects: true,
  config: v.strictObject({ trace: v.string(), until: path, fails: path, value: v.optional(v.any()), says: v.optional(v.string()) }),
  output: v.strictObject({ value: v.any() }),
  async run(config, { idempotencyKey, signal, progress }) {
    appendFileSync(config.trace, idempotencyKey.slice(idempotencyKey.indexOf('/') + 1) + '\\n');
    appendFileSync(config.trace + '.keys', idempotencyKey + '\\n');
    if (config.says) progress(config.says);
    if (config.until) await appears(config.until, signal, config.trace);
    if (config.fails && existsSync(config.fails)) throw new Error('the shop is closed');
    return { value: config.value ?? null };
  },
});

function appears(file: string, signal: AbortSignal, trace: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => existsSync(file) && end(resolve), 10);
    const end = (then: () => void): void => {
      clearInterval(timer);
      then();
    };
    signal.addEventListener('abort', () => {
      writeFileSync(trace + '.aborted', '');
      end(() => reject(signal.reason));
    });
  });
}
`;

export type Stage = Record<string, unknown> & { readonly id: string };

/** A project in a folder of its own, and fm in it. */
export class Project {
  readonly root = tempFolder();
  readonly home = tempFolder();
  /** Where the component \`step\` leaves its traces. */
  readonly trace = join(this.root, 'trace');

  constructor(settings: object = {}) {
    this.write('flowmason.json', JSON.stringify({ name: 'shop', version: '1.0.0', ...settings }));
    this.write('components/step.ts', STEP);
    this.write('.tools/fm', `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
    chmodSync(this.path('.tools/fm'), 0o755);
  }

  path(file: string): string {
    return join(this.root, file);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  read(file: string): string {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8') : '';
  }

  /** What ran so far, in order: paths with `/<n>` after the nth `--from`. */
  ran(): string[] {
    return this.read('trace').split('\n').filter(Boolean);
  }

  /** Resolves when a stage has run that far; whoever only waits for its event may be faster than the stage. */
  async hasRun(path: string): Promise<void> {
    await expect.poll(() => this.ran(), { interval: 10, timeout: 30_000 }).toContain(path);
  }

  /** `pipelines/<name>.pipeline.json`. */
  pipeline(name: string, stages: readonly Stage[], more: object = {}): void {
    this.write(`pipelines/${name}.pipeline.json`, JSON.stringify({ name, ...more, stages }));
  }

  /** A stage that leaves a line, after others. */
  step(id: string, after: readonly string[] = [], config: object = {}, more: object = {}): Stage {
    return { id, component: 'step', depends_on: after, config: { trace: this.trace, ...config }, ...more };
  }

  fm(args: readonly string[], options: FmOptions = {}): Promise<Ended> {
    return fm(args, { cwd: this.root, ...options, env: { HOME: this.home, ...options.env } });
  }

  /** A line as a person types it, with fm on the PATH. */
  type(line: string): Promise<Ended> {
    const PATH = `${this.path('.tools')}:${process.env.PATH}`;
    return fm([line], { cwd: this.root, env: { HOME: this.home, PATH }, program: ['bash', '-c'] });
  }

  /** fm in the background. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Live {
    return start([process.execPath, BIN, ...args], { cwd: this.root, env: { HOME: this.home, ...env } });
  }

  /** fm in a terminal of that size; what it shows is stdout. */
  terminal(
    args: readonly string[],
    size = { columns: 80, rows: 24 },
    env: Readonly<Record<string, string>> = {},
  ): Live {
    const line = `stty cols ${size.columns} rows ${size.rows}; exec "${process.execPath}" "${BIN}" ${args.join(' ')}`;
    return start(['script', '-qec', line, '/dev/null'], {
      cwd: this.root,
      env: { HOME: this.home, TERM: 'xterm', ...env },
    });
  }
}

/** The commands that a text tells to type. */
export function suggested(text: string): string[] {
  return [...text.matchAll(/^(?:Try|then): (fm .*)$/gm)].map(([, command]) => command ?? '');
}

/** The id of the run that a text speaks of first. */
export function runId(text: string): string {
  return /\brun ([0-9a-z]{16})\b/.exec(text)?.[1] ?? '';
}
