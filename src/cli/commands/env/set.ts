import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { fail } from '../../../core/errors.ts';
import { setEnvironment } from '../../actions/administration/environment.ts';
import { CliCommand } from '../../command.ts';

export default class EnvSet extends CliCommand {
  static override summary = 'Change what an environment demands of who deploys to it.';
  static override description = 'What is not named stays. A protected environment takes releases by promotion only.';
  static override examples = [
    'fm env set production --protected --promotes-from staging',
    'fm env set production --requires tests',
    'fm env set staging --no-protected',
    'fm env set production --failure-webhook https://alerts.test/fm --failure-secret ALERTS',
  ];
  static override exits = [2, 4, 5, 6, 7, 8];
  static override args = {
    env: Args.string({ description: 'the environment', required: true }),
  };
  static override flags = {
    protected: Flags.boolean({ description: 'Releases come by promotion.', allowNo: true }),
    'immutable-versions': Flags.boolean({ description: 'A version names one release for ever.', allowNo: true }),
    'promotes-from': Flags.string({ description: 'The environment before it, or none.', helpValue: 'ENV' }),
    requires: Flags.string({
      description: 'Evidence that a release needs.',
      options: ['tests', 'none'],
      helpValue: 'KIND',
    }),
    'failure-webhook': Flags.string({ description: 'Is told of every failed run, or none.', helpValue: 'URL' }),
    'failure-secret': Flags.string({
      description: 'The name of the secret that signs what it is told.',
      dependsOn: ['failure-webhook'],
      helpValue: 'NAME',
    }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EnvSet);
    const change = {
      protected: this.#typed('protected'),
      immutable_versions: this.#typed('immutable-versions'),
      promotes_from: flags['promotes-from'] === 'none' ? null : flags['promotes-from'],
      requires: flags.requires === undefined ? undefined : flags.requires === 'none' ? [] : ['tests' as const],
      failure_webhook: failureWebhook(flags['failure-webhook'], flags['failure-secret']),
    };
    if (Object.values(change).every((value) => value === undefined))
      fail('USAGE', 'Nothing is to be changed', { hint: 'fm env set --help' });
    this.show(await setEnvironment(process.cwd(), args.env, change, flags));
  }

  /** A switch that was not typed changes nothing, and the parser says `false` of it as of one that was switched off. */
  #typed(name: string): boolean | undefined {
    const last = this.argv.findLast((word) => word === `--${name}` || word === `--no-${name}`);
    return last === undefined ? undefined : last === `--${name}`;
  }
}

function failureWebhook(url: string | undefined, secret: string | undefined) {
  return url === undefined ? undefined : url === 'none' ? null : { url, secret: secret ?? null };
}
