import type { ChangedSetting } from '../actions/config.ts';
import type { Explanation, SettingValue } from '../project/settings.ts';
import { paint } from '../terminal.ts';
import { hintText } from './hint.ts';
import { table } from './table.ts';

export function settingsText(settings: readonly Explanation[]): string {
  const rows = settings.map(({ key, value, problem }) => [
    paint('bold', key),
    `${value?.shown ?? ''}${problem ? paint('yellow', problem.code === 'VARIABLE_UNSET' ? ' (not set)' : ' (invalid)') : ''}`,
    paint('dim', value?.source === 'default' ? 'default' : (value?.where ?? '')),
  ]);
  return table(rows, ['SETTING', 'VALUE', 'FROM']);
}

export function settingText({ key, summary, variable, value, hides, problem }: Explanation): string {
  const lines = [`${paint('bold', key)}: ${summary}`, ''];
  lines.push(value ? `  ${sourceLine(value)}` : `  not set; fm config set ${key} VALUE, or the variable ${variable}`);
  lines.push(...hides.map((hidden) => paint('dim', `  hides ${sourceLine(hidden)}`)));
  if (problem) lines.push('', `${problem.code}  ${problem.message}`);
  if (problem?.hint) lines.push(hintText(problem.hint));
  return lines.join('\n');
}

function sourceLine({ shown, where, source }: SettingValue): string {
  const names = { flag: 'a flag', variable: 'a variable', user: 'your settings', project: 'the project', default: '' };
  return source === 'default' ? `${shown}  the default` : `${shown}  from ${names[source]}: ${where}`;
}

/** What `--json` prints of a setting. */
export function settingDocument({ problem, value, ...rest }: Explanation): object {
  const error = problem ? { code: problem.code, message: problem.message, hint: problem.hint ?? null } : null;
  return { ...rest, value: value ?? null, problem: error };
}

export function changedText({ key, value, changed, file, hidden_by, dry_run }: ChangedSetting): string {
  if (dry_run) return `Would ${value === null ? `unset ${key}` : `set ${key} = ${value}`}  ${paint('dim', file)}`;
  const what = value === null ? `${key} is not set any more` : `${key} = ${value}`;
  const was = value === null ? `${key} was not set` : `${key} is ${value} already`;
  const hidden = hidden_by === null ? '' : `\nwarning: ${hidden_by} is in force instead`;
  return `${changed ? what : was}  ${paint('dim', file)}${hidden}`;
}
