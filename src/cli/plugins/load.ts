import { Plugin } from '@oclif/core/config';
import { settings } from '@oclif/core/settings';
import { say } from '../terminal.ts';
import type { FoundPlugin } from './find.ts';

/**
 * Loads plugins into oclif's form. A broken one is left out with a warning, and so is a command of a plugin that has
 * the name of a built-in one.
 */
export async function loadPlugins(found: readonly FoundPlugin[], taken: readonly string[]): Promise<Plugin[]> {
  // Plugins are loaded as they were published: oclif would look for their TypeScript sources.
  settings.tsnodeEnabled = false;
  const loaded = await Promise.all(found.filter((plugin) => plugin.commands).map((plugin) => load(plugin, taken)));
  return loaded.filter((plugin) => plugin !== undefined);
}

async function load(found: FoundPlugin, taken: readonly string[]): Promise<Plugin | undefined> {
  try {
    // `link`: the folder is known, so oclif need not search for it.
    const plugin = new Plugin({ name: found.name, root: found.root, type: 'link' });
    await plugin.load();
    for (const { id } of plugin.commands) {
      if (taken.includes(id))
        say(
          `warning: plugin ${found.name}: its command \`fm ${id.replaceAll(':', ' ')}\` is hidden by the built-in one`,
        );
    }
    plugin.commands = plugin.commands.filter(({ id }) => !taken.includes(id));
    return plugin;
  } catch (error) {
    say(
      `warning: plugin ${found.name} was left out: ${error instanceof Error ? error.message.split('\n')[0] : String(error)} (${found.root})`,
    );
    return undefined;
  }
}
