import type { Command } from '@oclif/core/command';
import { Config, Plugin } from '@oclif/core/config';
import type { Hook, Hooks, PJSON } from '@oclif/core/interfaces';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import { runBuiltIn } from './builtin.ts';
import { TOPICS } from './commands/index.ts';
import { DESCRIPTION, NAME, VERSION } from './package.ts';
import type { FoundPlugin } from './plugins/find.ts';

/** What oclif reads of package.json; the rest of the file is npm's. */
const PACKAGE: PJSON = {
  name: NAME,
  version: VERSION,
  description: DESCRIPTION,
  oclif: { bin: 'fm', dirname: 'flowmason', topicSeparator: ' ', additionalHelpFlags: ['-h'], topics: TOPICS },
};

/** The built-in commands as an oclif plugin in memory: no folder is searched and no file is read. */
class BuiltIns extends Plugin {
  override async load(): Promise<void> {
    this.type = 'core';
    this.isRoot = true;
    this.valid = true;
    this.root = this.options.root;
    this.pjson = PACKAGE;
    this.name = PACKAGE.name;
    this.alias = PACKAGE.name;
    this.version = PACKAGE.version;
    this.moduleType = 'module';
    this.hooks = {};
    this.hasManifest = true;
    // `Plugin.load()` of oclif wrote the manifest (`node build.ts --manifest`), so it has this form.
    const cached: Command.Cached[] = Object.values(manifest.commands as unknown as Record<string, Command.Cached>);
    this.commandIDs = cached.map(({ id }) => id);
    this.commands = cached.map((command) => ({ ...command, load: () => this.findCommand(command.id, { must: true }) }));
  }
}

/**
 * oclif's configuration with the built-in commands and the plugins, in memory. Needed for help, for plugins' commands
 * and hooks, and to say what was meant by a word that is no command.
 */
export class Shell extends Config {
  static async open(found: readonly FoundPlugin[]): Promise<Shell> {
    const root = import.meta.dirname;
    const builtIns = new BuiltIns({ root, isRoot: true });
    await builtIns.load();
    const plugins = new Map<string, Plugin>([[builtIns.name, builtIns]]);
    if (found.length > 0) {
      const { loadPlugins } = await import('./plugins/load.ts');
      for (const plugin of await loadPlugins(found, builtIns.commandIDs)) plugins.set(plugin.name, plugin);
    }
    const shell = new Shell({ root, pjson: PACKAGE, version: PACKAGE.version, plugins });
    await shell.load();
    return shell;
  }

  isBuiltIn(command: Command.Loadable): boolean {
    return command.pluginName === PACKAGE.name;
  }

  /** Themes are files of oclif's that nobody asked for. */
  override async loadTheme(): Promise<undefined> {
    return undefined;
  }

  /** The only place where hooks are dispatched: built-in commands have none, plugins' are files of theirs. */
  override async runHook<T extends keyof Hooks, P extends Hooks = Hooks>(
    event: T,
    options: P[T]['options'],
    timeout?: number,
    captureErrors?: boolean,
  ): Promise<Hook.Result<P[T]['return']>> {
    const wanted = this.getPluginsList().some((plugin) => plugin.hooks[String(event)]?.length);
    return wanted ? super.runHook<T, P>(event, options, timeout, captureErrors) : { successes: [], failures: [] };
  }

  /** Runs a command between the hooks that oclif gives it. Throws whatever it fails with. */
  async runOne(id: string, argv: string[]): Promise<void> {
    const command = this.findCommand(id, { must: true });
    let error: Error | undefined;
    try {
      await this.runHook('init', { id, argv });
      if (this.isBuiltIn(command)) await this.#runBuiltIn(command, argv);
      else await this.runCommand(id, argv, command);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
      throw thrown;
    } finally {
      await this.runHook('finally', { id, argv, Command: command, error });
    }
  }

  async #runBuiltIn(command: Command.Loadable, argv: string[]): Promise<void> {
    // Hooks get what the manifest tells of a built-in command; its class is not loaded through oclif.
    const Command = command as unknown as Command.Class;
    await this.runHook('prerun', { Command, argv });
    await runBuiltIn(command.id, argv);
    await this.runHook('postrun', { Command, argv, result: undefined });
  }
}
