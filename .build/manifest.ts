import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Plugin } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';
import { ROOT } from './places.ts';

/** Every command's arguments, flags and texts, as oclif reads them from the classes. */
export async function commandManifest(): Promise<string> {
  settings.tsnodeEnabled = false;
  const commands = { strategy: 'explicit', target: './src/cli/commands/all.ts' };
  const plugin = new Plugin({
    root: ROOT,
    isRoot: true,
    pjson: { ...JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')), oclif: { commands } },
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return `${JSON.stringify(plugin.manifest, null, 2)}\n`;
}
