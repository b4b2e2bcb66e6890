import * as Args from '@oclif/core/args';
import { completions } from '../actions/completion.ts';
import { CliCommand } from '../command.ts';
import { bashCompletion } from '../print/completion-bash.ts';
import { fishCompletion } from '../print/completion-fish.ts';
import { zshCompletion } from '../print/completion-zsh.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export default class Completion extends CliCommand {
  static override summary = 'Print a script that completes fm in your shell.';
  static override description =
    'bash: eval "$(fm completion bash)" in ~/.bashrc. zsh: eval "$(fm completion zsh)" in ~/.zshrc. fish: fm completion fish > ~/.config/fish/completions/fm.fish.';
  static override examples = ['fm completion bash', 'fm completion zsh', 'fm completion fish'];
  static override args = {
    shell: Args.option({ options: ['bash', 'zsh', 'fish'] as const })({ description: 'the shell', required: true }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const script = SCRIPTS[args.shell](await completions(process.cwd()));
    this.show({ json: { shell: args.shell, script }, text: script });
  }
}
