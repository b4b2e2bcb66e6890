import { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import * as Flags from '@oclif/core/flags';
import type { ArgInput, FlagInput, Input, OutputArgs, OutputFlags, ParserOutput } from '@oclif/core/interfaces';
import { parse } from '@oclif/core/parser';
import { FlowMasonError } from '../core/errors.ts';
import { out, outJson, wantsJson } from './terminal.ts';
import { usageError } from './usage.ts';

/** What a command came to: one value that is printed as text or as JSON. */
export interface Outcome {
  /** The document of `--json`. */
  readonly json: object;
  /** What a person reads, on stdout; empty for nothing. */
  readonly text: string;
  /** Why it failed all the same: printed after the text, and beside the fields of the document. */
  readonly error?: FlowMasonError | undefined;
  /** Sources of the error's problems that are not files, by name, for code frames. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

/** A failure that has more to say than its error: fields that stand beside it under `--json`, sources of problems. */
export class OutcomeError extends FlowMasonError {
  readonly fields: object;
  readonly texts: ReadonlyMap<string, string> | undefined;

  constructor(error: FlowMasonError, { json, texts }: Outcome) {
    super(error.code, error.message, { ...error, cause: error.cause });
    this.fields = json;
    this.texts = texts;
  }
}

/**
 * The base of every command. `run()` parses, calls an action and hands its outcome to `show`; whatever it throws is
 * printed in one place (`print/failure.ts`).
 */
export abstract class CliCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print one JSON document on stdout.', helpGroup: 'GLOBAL' }),
  };

  /** Exit codes that `--help` lists beside 0 and 2. */
  static exits: readonly number[] = [];

  constructor(argv: string[], config?: Config) {
    // Built-in commands use nothing of oclif's configuration, so their start need not wait for it.
    super(argv, config as Config);
  }

  protected override async parse<
    F extends OutputFlags<FlagInput>,
    B extends OutputFlags<FlagInput>,
    A extends OutputArgs<ArgInput>,
  >(options?: Input<F, B, A>, argv?: string[]): Promise<ParserOutput<F, B, A>> {
    const command = options ?? this.ctor;
    // Without this oclif waits for stdin wherever an argument is left out.
    for (const arg of Object.values(command.args ?? {})) arg.ignoreStdin = true;
    // The two together are the flags that `F` describes.
    const flags = { ...command.baseFlags, ...command.flags } as FlagInput<F>;
    try {
      const parsed = await parse<F, B, A>(argv ?? this.argv, { ...options, context: this, flags });
      // Its types say `boolean`, and what was not typed is undefined.
      const switches = Object.entries(flags).filter(([, flag]) => flag.type === 'boolean');
      const off = Object.fromEntries(switches.map(([name]) => [name, false]));
      return { ...parsed, flags: { ...off, ...parsed.flags } };
    } catch (error) {
      throw usageError(error, this.ctor, this.argv);
    }
  }

  override jsonEnabled(): boolean {
    return wantsJson(this.argv);
  }

  /** Prints an outcome as the command line asked for it, or throws its error with it. */
  protected show(outcome: Outcome): void {
    if (outcome.text && !this.jsonEnabled()) out(outcome.text);
    if (outcome.error) throw new OutcomeError(outcome.error, outcome);
    if (this.jsonEnabled()) outJson(outcome.json);
  }
}
