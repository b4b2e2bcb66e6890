import type { Command } from '@oclif/core/command';
import { CommandHelp, Help } from '@oclif/core/help';
import { EXITS } from './exits.ts';
import type { Shell } from './shell.ts';
import { columns, out, paint } from './terminal.ts';

/** Prints the help of a command or a topic; without an id, the overview. */
export async function printHelp(shell: Shell, id: string | undefined): Promise<void> {
  await new Pages(shell, { flagSortOrder: 'none', maxWidth: Math.min(columns(), 100) }).showHelp(
    id === undefined ? [] : id.split(':'),
  );
}

class Pages extends Help {
  protected override CommandHelpClass = CommandPage;

  /** The page without oclif's line before it: it begins with an example. */
  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    const children = this.sortedCommands.filter(({ id }) => id.startsWith(`${command.id}:`));
    this.log(this.formatCommand(command));
    if (children.length > 0) this.log(`\n${this.formatCommands(children)}`);
  }

  override formatRoot(): string {
    const start = [
      ['fm init my-project', 'make a project with a pipeline that runs'],
      ['fm run my-pipeline', 'run it (in the folder my-project)'],
      ['fm validate', 'check every pipeline, each problem with its line'],
      ['fm components', 'see what stages can do'],
    ].map(([line, what]) => `  $ ${line?.padEnd(22)}${paint('dim', `# ${what}`)}`);
    return [this.config.pjson.description, ['START HERE', ...start].join('\n'), 'USAGE\n  $ fm COMMAND [--help]'].join(
      '\n\n',
    );
  }

  protected override log(...lines: string[]): void {
    out(lines.join('\n'));
  }
}

class CommandPage extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp['sections']> {
    const sections = super.sections();
    const order = ['EXAMPLES', 'DESCRIPTION', 'USAGE', 'ARGUMENTS', 'FLAGS', 'ALIASES', 'FLAG DESCRIPTIONS'];
    const sorted = order.flatMap((header) => sections.filter((section) => section.header === header));
    return [...sorted, { header: 'EXIT CODES', generate: (_, header) => [{ header, body: this.exits() }] }];
  }

  protected override description(): string | undefined {
    const { summary, description } = this.command;
    return this.wrap([summary, description].filter((text) => text !== undefined).join('\n'));
  }

  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    const lines = Array.isArray(examples) ? examples : [];
    const simple = lines.every((line) => typeof line === 'string' && line.startsWith('fm '));
    return simple && lines.length > 0 ? lines.map((line) => `$ ${String(line)}`).join('\n') : super.examples(examples);
  }

  /** Those that the command lists, and the two that any command can end with. */
  private exits(): [string, string][] | undefined {
    const { exits, pluginName } = this.command;
    if (pluginName !== this.config.name) return undefined;
    const own = Array.isArray(exits) ? exits.filter((exit) => typeof exit === 'number') : [];
    const all = [...new Set([0, 2, ...own])].sort((a, b) => a - b);
    return all.map((exit) => [String(exit), EXITS[exit] ?? '']);
  }
}
