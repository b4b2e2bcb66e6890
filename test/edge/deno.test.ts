import { describe } from 'vitest';
import { edgeContract } from './contract.ts';
import { program, programOf } from './program.ts';

const deno = programOf(
  {
    'linux-x64': '@deno/linux-x64-glibc',
    'linux-arm64': '@deno/linux-arm64-glibc',
    'darwin-x64': '@deno/darwin-x64',
    'darwin-arm64': '@deno/darwin-arm64',
    'win32-x64': '@deno/win32-x64',
  },
  process.platform === 'win32' ? 'deno.exe' : 'deno',
);

/** What the host needs, and no other right. */
const RIGHTS = ['--allow-env', '--allow-net', '--allow-read', '--no-prompt', '--no-remote', '--no-lock'];

describe('the control plane on Deno', () =>
  edgeContract(program(deno, 'run', ...RIGHTS, 'src/hosts/deno.ts'), { streams: true }));
