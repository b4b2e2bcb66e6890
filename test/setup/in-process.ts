import { onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/main.ts';
import { tempFolder } from './fm.ts';

/** What a command line came to. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`. */
  readonly json: () => unknown;
}

/**
 * A place to type commands in, without a process for each: the same code from the command line to the exit code. The
 * home is empty, and nothing of the machine's settings counts.
 */
export function shell(cwd: string, variables: Readonly<Record<string, string>> = {}) {
  const before = { cwd: process.cwd(), env: { ...process.env } };
  onTestFinished(() => {
    process.chdir(before.cwd);
    process.env = before.env;
  });
  process.env = { PATH: before.env.PATH ?? '', HOME: tempFolder(), ...variables };
  return async (...args: string[]): Promise<Answer> => {
    process.chdir(cwd);
    let [stdout, stderr] = ['', ''];
    const spies = [
      vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
        stdout += String(text);
        return true;
      }),
      vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        stderr += String(text);
        return true;
      }),
    ];
    try {
      process.exitCode = undefined;
      const code = await runCommandLine(args);
      return { code, stdout, stderr, json: () => JSON.parse(stdout) };
    } finally {
      process.exitCode = undefined;
      for (const spy of spies) spy.mockRestore();
    }
  };
}
