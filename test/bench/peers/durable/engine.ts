import { readFileSync } from 'node:fs';

/** What every engine is asked to do: execute workflows of ten trivial steps, each of which survives the process. */
export interface DurableEngine {
  /** The packages and versions that are measured. */
  readonly versions: Readonly<Record<string, string>>;
  /** `atOnce`: workflows that are executed at a time. */
  open(url: string, atOnce: number): Promise<Opened>;
}

export interface Opened {
  /** Executes so many workflows; milliseconds from the first that begins to the last that ends. */
  execute(runs: number): Promise<number>;
}

export const STEPS = 10;

/** Of a package that is installed here. */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}
