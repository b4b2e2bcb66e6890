import type { BuildResult, OutputFile } from 'esbuild';
import { ROOT } from './places.ts';

/** What of the runtime a worker may ask for: the sockets of Cloudflare, and what postgres.js needs of `nodejs_compat`. */
export const WORKER_BUILTINS = ['cloudflare:sockets', 'node:buffer', 'node:events', 'node:stream'];

export interface EdgeBundle {
  readonly text: string;
  /** The modules in it and their bytes, by path. */
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  /** What it asks the runtime for. */
  readonly imports: readonly string[];
}

/** The control plane for Cloudflare as one module. */
export async function edgeBundle(): Promise<EdgeBundle> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile }: BuildResult<{ write: false; metafile: true }> = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/hosts/cloudflare.ts'],
    outdir: 'dist/edge',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: WORKER_BUILTINS,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  // One entry makes one file.
  const [{ text }] = outputFiles as [OutputFile];
  const [output] = Object.values(metafile.outputs);
  return { text, inputs: output?.inputs ?? {}, imports: (output?.imports ?? []).map(({ path }) => path) };
}
