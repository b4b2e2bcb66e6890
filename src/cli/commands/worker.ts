import * as Flags from '@oclif/core/flags';
import { workUntilSignal } from '../actions/worker/work.ts';
import { CliCommand } from '../command.ts';

export default class Worker extends CliCommand {
  static override summary = 'Execute the runs of an environment, beside as many other workers as wanted.';
  static override description =
    'Workers share a PostgreSQL database with the servers of the environment; FM_DATABASE_URL, FM_ENVIRONMENT and the other settings are those of `fm serve`. When a worker dies, another one goes on with its runs within seconds, from what was recorded. On SIGTERM a worker takes no more runs, lets those that it has end within --drain, and gives the others back. Above its memory limit it does the same and ends with 0, so run it under something that starts it again.';
  static override examples = [
    'fm worker --concurrency 32 --tags gpu,eu',
    'FM_ENVIRONMENT=staging FM_DATABASE_URL=postgresql://fm@db/fm fm worker',
    'fm worker --once',
  ];
  static override exits = [1, 3, 5, 7, 130, 143];
  static override flags = {
    concurrency: Flags.integer({ description: 'Runs at a time.', default: 10, min: 1, max: 500, helpValue: 'N' }),
    tags: Flags.string({
      description: 'Pools: take runs of pipelines with such a `pool` as well.',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'TAGS',
    }),
    once: Flags.boolean({ description: 'Execute what is due, and end when nothing is.' }),
    project: Flags.string({ description: 'Folder whose components can be used.', default: '.', helpValue: 'DIR' }),
    drain: Flags.string({
      description: 'How long runs may go on after a signal to end.',
      default: '25s',
      helpValue: 'TIME',
    }),
    'metrics-port': Flags.integer({
      description: 'Serve /metrics for Prometheus and /health on this port of FM_HOST (default: FM_METRICS_PORT).',
      min: 0,
      max: 65_535,
      helpValue: 'PORT',
    }),
    memory: Flags.integer({
      description:
        'Megabytes above which it ends to be started again (default: four fifths of what its container has).',
      min: 64,
      helpValue: 'MB',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Worker);
    await workUntilSignal(process.cwd(), flags);
  }
}
