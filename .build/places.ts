import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project, and where it is built. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const DIST = join(ROOT, 'dist');

export const require = createRequire(import.meta.url);

/** The file of a large library, as the parts of the bundle name it. */
export function vendorFile(name: string): string {
  return `./vendor/${name.replace('@', '').replace('/', '-')}.cjs`;
}
