import type { Command } from '@oclif/core/command';
import { FlowMasonError } from '../core/errors.ts';
import { nearest } from '../core/suggest.ts';

/** What oclif's parse errors carry, by kind; the classes themselves are not exported. */
interface ParseFailure {
  readonly message: string;
  readonly flags?: readonly string[];
  readonly args?: readonly (string | { readonly name: string })[];
}

/**
 * A parse error of oclif as ours: what is wrong, the nearest flag or value, and a line to type. Anything that parsing
 * throws is about the command line.
 */
export function usageError(error: unknown, command: typeof Command, argv: readonly string[]): FlowMasonError {
  if (error instanceof FlowMasonError) return error;
  const failure: ParseFailure = error instanceof Error ? error : { message: String(error) };
  const name = commandLine(command.id, []);
  const wrong = wrongFlag(failure, command, argv) ??
    wrongArguments(failure, command, argv) ??
    wrongValue(failure, command, argv) ?? { message: `\`${name}\`: ${firstLine(failure.message)}`, better: undefined };
  return new FlowMasonError('USAGE', wrong.message, {
    hint: wrong.better ?? firstExample(command) ?? `${name} --help`,
    cause: error,
  });
}

interface Wrong {
  readonly message: string;
  /** The same line, corrected. */
  readonly better: string | undefined;
}

function wrongFlag(failure: ParseFailure, command: typeof Command, argv: readonly string[]): Wrong | undefined {
  const typed = failure.flags?.[0];
  if (!Array.isArray(failure.flags) || typed === undefined) return undefined;
  const flags = Object.keys({ ...command.baseFlags, ...command.flags }).map((flag) => `--${flag}`);
  const near = nearest(typed.split('=')[0] ?? typed, flags);
  const better =
    near && argv.map((word) => (word.split('=')[0] === typed.split('=')[0] ? word.replace(/^[^=]+/, near) : word));
  return {
    message: `\`${commandLine(command.id, [])}\` has no flag ${typed}`,
    better: better && commandLine(command.id, better),
  };
}

function wrongArguments(failure: ParseFailure, command: typeof Command, argv: readonly string[]): Wrong | undefined {
  if (!Array.isArray(failure.args)) return undefined;
  const name = commandLine(command.id, []);
  const first: string | { readonly name: string } | undefined = failure.args[0];
  if (typeof first === 'string') {
    const rest = argv.filter((word) => word !== first);
    return { message: `\`${name}\` takes no argument "${first}" here`, better: commandLine(command.id, rest) };
  }
  if (!first) return undefined;
  const described = command.args[first.name]?.description;
  return {
    message: `\`${name}\` needs ${first.name.toUpperCase()}${described ? `: ${described}` : ''}`,
    better: undefined,
  };
}

function wrongValue(failure: ParseFailure, command: typeof Command, argv: readonly string[]): Wrong | undefined {
  const match = /^Expected (?:(--[^=]+)=)?(.*) to be one of: (.*)/s.exec(firstLine(failure.message));
  if (!match) return undefined;
  const [, flag, found = '', list = ''] = match;
  const near = nearest(found, list.split(', '));
  const better =
    near && argv.map((word) => (word === found ? near : word === `${flag}=${found}` ? `${flag}=${near}` : word));
  return {
    message: `Expected ${flag ?? 'the argument'} to be one of ${list}, found "${found}"`,
    better: better && commandLine(command.id, better),
  };
}

/** oclif's text on one line, without the pointer to `--help`. */
function firstLine(text: string): string {
  const [, flag, expected, found] = /Parsing (--\S+)\s+Expected (.+) but received: (.*)/.exec(text) ?? [];
  if (flag !== undefined) return `expected ${flag} to be ${expected}, found "${found}"`;
  return text.replace(/\nSee more help with --help$/, '').replace(/^The following errors? occurred:\s+/, '');
}

function firstExample(command: typeof Command): string | undefined {
  const example = command.examples?.[0];
  return typeof example === 'string' ? example.split('\n').at(-1) : example?.command;
}

/** A command line as a shell takes it. */
export function commandLine(id: string, argv: readonly string[]): string {
  return ['fm', ...id.split(':'), ...argv.map(quote)].join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
