import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from './atomic-file.ts';

/** One process for ever: a process id alone is used again by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The machine's start; null where the system does not tell. */
  readonly boot: string | null;
  /** When the process started: clock ticks since boot on Linux, epoch milliseconds elsewhere. */
  readonly started: number | null;
}

/** `ps` tells whole seconds, and Node's own clock starts a little later. */
const TOLERANCE_MS = 10_000;

export function thisProcess(): ProcessIdentity {
  const started = process.platform === 'linux' ? ticks(process.pid) : Math.round(performance.timeOrigin);
  return { pid: process.pid, host: hostname(), boot: bootId(), started };
}

/** Whether that process lives; `unknown` when it belongs to another machine. */
export function isAlive(identity: ProcessIdentity): boolean | 'unknown' {
  if (identity.host !== hostname()) return 'unknown';
  if (identity.boot !== null && identity.boot !== bootId()) return false;
  if (!hasProcess(identity.pid)) return false;
  if (identity.started === null) return true;
  if (process.platform === 'linux') {
    const now = ticks(identity.pid);
    return now === null || now === identity.started;
  }
  const now = identity.pid === process.pid ? Math.round(performance.timeOrigin) : startedByPs(identity.pid);
  return now === null || Math.abs(now - identity.started) <= TOLERANCE_MS;
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** Field 22 of `/proc/<pid>/stat`, counted after the command, which may hold spaces and brackets (proc(5)). */
function ticks(pid: number): number | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const value = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isFinite(value) ? value : null;
}

function startedByPs(pid: number): number | null {
  if (process.platform === 'win32') return null;
  try {
    // Loaded here because few locks are ever contended.
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    const at = Date.parse(text.trim());
    return Number.isFinite(at) ? at : null;
  } catch {
    return null;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
