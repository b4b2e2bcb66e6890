import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../setup/postgres/launch.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What only a fresh clone can do; CI carries it out as it is written. */
export const SETUP = /^npm (ci|test)( && )?/;

/** Ports that the README names; they may be taken on a machine that tests it. */
export const PORTS = ['5433', '8787', '8788'];

/** What the programs that go on behind the shell print when others may use them. */
const READY = /"msg":"(?:serving|working)"|Ctrl-C ends it/;

/** A folder that looks like a fresh clone, with `fm` on the PATH, and a shell that remembers where it is. */
export class Shell {
  /** What is exported in it. */
  readonly variables: Record<string, string> = {};
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-readme-')));
  #cwd = this.folder;
  #status = 0;
  readonly #behind: ChildProcess[] = [];
  /** Ports that a page names, and those that are free here. */
  readonly #ports = new Map<string, string>();

  constructor() {
    // PostgreSQL runs as somebody else when this is root, and has its data in here.
    chmodSync(this.folder, 0o711);
    const tools = join(this.folder, '.tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'fm'), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/fm.js')}" "$@"\n`);
    chmodSync(join(tools, 'fm'), 0o755);
    symlinkSync(process.execPath, join(tools, 'node'));
    const npm = (process.env.PATH ?? '').split(delimiter).map((path) => join(path, 'npm'));
    symlinkSync(npm.find((path) => existsSync(path)) ?? 'npm', join(tools, 'npm'));
    for (const name of ['bin', 'node_modules', 'package.json', 'test']) {
      symlinkSync(join(ROOT, name), join(this.folder, name));
    }
    const unrecorded = (source: string): boolean => !source.includes('.flowmason');
    cpSync(join(ROOT, 'src/templates'), join(this.folder, 'src/templates'), { recursive: true, filter: unrecorded });
  }

  write(path: string, text: string): void {
    const file = join(this.#cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Has what a page says of these ports happen at others, which are free. */
  async moveTo(ports: readonly string[]): Promise<void> {
    for (const port of ports) this.#ports.set(port, String(await freePort()));
  }

  /** Types a command, or starts what ends with ` &`. */
  async carryOut(command: string): Promise<string> {
    if (command.endsWith(' &')) return this.start(command.slice(0, -2));
    const printed = this.type(command);
    if (command.startsWith('kill ')) await this.#ended(command);
    return printed;
  }

  /** A person is slower than a program that ends; this shell is not. */
  async #ended(command: string): Promise<void> {
    const named = [...command.matchAll(/\$(\w+)/g)].map(([, name = '']) => this.variables[name]);
    for (const child of this.#behind.filter(({ pid }) => named.includes(String(pid)))) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  }

  /** What a command prints on both streams. `$?`, the folder and what is exported go on to the next one. */
  type(command: string): string {
    const [cwd, exported] = ['cwd', 'exported'].map((name) => join(this.folder, '.tools', name));
    const exports = [...command.matchAll(/\bexport ((?:\w+=\S+ ?)+)/g)].map(([, list = '']) => list).join(' ');
    const names = [...exports.matchAll(/(?:^| )(\w+)=/g)].map(([, name = '']) => name);
    const values = names.map((name) => `printf '%s\\0' "$${name}"`).join('\n');
    const script = `exec 2>&1\n(exit ${this.#status})\n${this.#here(command)}\nstatus=$?\npwd > '${cwd}'\n{ :\n${values}\n} > '${exported}'\nexit $status\n`;
    const { stdout, status } = spawnSync('bash', ['-c', script], {
      cwd: this.#cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: this.#environment(),
    });
    this.#status = status ?? 1;
    this.#cwd = readFileSync(cwd ?? '', 'utf8').trim();
    const given = readFileSync(exported ?? '', 'utf8').split('\0');
    for (const [index, name] of names.entries()) this.variables[name] = given[index] ?? '';
    return this.#there(stdout);
  }

  /** Starts what is typed with ` &` behind it; answers what it has printed by the time that others may use it. */
  async start(command: string): Promise<string> {
    // The shell becomes the program, so that `$!` is its process.
    const child = spawn('bash', ['-c', `exec env ${this.#here(command)}`], {
      cwd: this.#cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.#environment(),
      // So that everything that it starts can be ended with it.
      detached: true,
    });
    this.#behind.push(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    const [, log] = />\s*(\S+)$/.exec(command) ?? [];
    const logged = (): string =>
      log !== undefined && existsSync(join(this.#cwd, log)) ? readFileSync(join(this.#cwd, log), 'utf8') : '';
    while (!READY.test(printed) && !READY.test(logged())) {
      if (child.exitCode !== null) throw new Error(`${command} has ended:\n${printed}${logged()}`);
      await passed(20);
    }
    return this.#there(printed);
  }

  async remove(): Promise<void> {
    for (const child of this.#behind.reverse()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'close');
      process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(): Record<string, string> {
    const port = this.#ports.get('5433');
    return {
      PATH: `${join(this.folder, '.tools')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.folder,
      LANG: 'C.UTF-8',
      ...(port === undefined ? {} : { PGPORT: port }),
      ...this.variables,
    };
  }

  /** What a page says, for this machine. */
  #here(command: string): string {
    let here = command.replaceAll('$!', String(this.#behind.at(-1)?.pid));
    for (const [page, port] of this.#ports)
      here = here.replaceAll(`:${page}`, `:${port}`).replaceAll(`port ${page}`, `port ${port}`);
    return here;
  }

  #there(printed: string): string {
    let there = printed;
    for (const [page, port] of this.#ports) there = there.replaceAll(port, page);
    return there;
  }
}
