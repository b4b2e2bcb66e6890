import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../.build/places.ts';
import { cleanEnvironment } from '../setup/fm.ts';
import type { StartEdge } from './contract.ts';
import { toAddress } from './to-address.ts';

/**
 * A program of another runtime out of the package of this platform, which has it as it comes; or where the install script of
 * `moved.by` has moved it to, when scripts were run.
 */
export function programOf(
  packages: Readonly<Record<string, string>>,
  file: string,
  moved?: { readonly by: string; readonly to: string },
): string {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`there is no ${file} for ${process.platform}-${process.arch}`);
  const places = [{ by: name, to: file }, ...(moved ? [moved] : [])].map(({ by, to }) => {
    return join(dirname(createRequire(import.meta.url).resolve(`${by}/package.json`)), to);
  });
  return places.find((place) => existsSync(place)) ?? places.join(' or ');
}

/** Starts a host from its source in a process of its own, and waits until it says where it listens. */
export function program(command: string, ...args: string[]): StartEdge {
  return async (variables) => {
    // Where such programs keep what they have compiled.
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'fm-test-')));
    const env = { ...cleanEnvironment(home), FM_PORT: '0', ...variables };
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = once(child, 'close');
    let log = '';
    const address = await new Promise<URL>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          log += text;
          const [url] = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(log) ?? [];
          if (url !== undefined) resolve(new URL(url));
        });
      }
      child.once('error', reject);
      child.once('close', () => reject(new Error(log)));
    });
    return {
      transport: toAddress(address),
      log: () => log,
      async close() {
        child.kill('SIGKILL');
        await closed;
        rmSync(home, { recursive: true, force: true });
      },
    };
  };
}
