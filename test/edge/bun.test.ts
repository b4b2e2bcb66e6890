import { describe } from 'vitest';
import { edgeContract } from './contract.ts';
import { program, programOf } from './program.ts';

const bun = programOf(
  {
    'linux-x64': '@oven/bun-linux-x64',
    'linux-arm64': '@oven/bun-linux-aarch64',
    'darwin-x64': '@oven/bun-darwin-x64',
    'darwin-arm64': '@oven/bun-darwin-aarch64',
    'win32-x64': '@oven/bun-windows-x64',
  },
  process.platform === 'win32' ? 'bin/bun.exe' : 'bin/bun',
  { by: 'bun', to: 'bin/bun.exe' },
);

describe('the control plane on Bun', () => edgeContract(program(bun, 'src/hosts/bun.ts'), { streams: true }));
