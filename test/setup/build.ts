import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The bundle is what users run, so it is built once before any test starts. */
export default function setup(): void {
  if (existsSync('build.ts')) execFileSync(process.execPath, ['build.ts'], { stdio: 'inherit' });
}
