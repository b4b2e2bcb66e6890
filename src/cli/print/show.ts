import type { PipelineDescription } from '../actions/show.ts';
import { paint } from '../terminal.ts';
import { fieldsText, typeText } from './fields.ts';
import { paragraphs, section } from './section.ts';
import { table } from './table.ts';

export function pipelineText(pipeline: PipelineDescription): string {
  const { name, version, file, description, owner, tags, input, output, stages, triggers } = pipeline;
  const facts = [owner && `owner ${owner}`, tags.length > 0 && `tags ${tags.join(', ')}`].filter(Boolean).join('  ');
  const rows = stages.map(({ id, component, description }) => [`  ${paint('bold', id)}`, component, description ?? '']);
  const started = triggers.map(({ id, type, cron, path }) => [
    `  ${String(id)}`,
    String(type),
    String(cron ?? path ?? ''),
  ]);
  return paragraphs(
    [`${paint('bold', name)} ${version}  ${paint('dim', file ?? '')}`.trimEnd(), description ?? '', facts]
      .filter(Boolean)
      .join('\n'),
    section('Input', fieldsText(input ?? undefined) || (input === null ? '' : `  ${typeText(input)}`)),
    section('Stages', table(rows)),
    section('Output', fieldsText(output ?? undefined) || (output === null ? '' : `  ${typeText(output)}`)),
    section('Triggers', table(started)),
    section('Needs', needs(pipeline)),
  );
}

function needs({ requires }: PipelineDescription): string {
  const { vars, secrets, pipelines, components } = requires;
  const lists: [string, readonly string[]][] = [
    ['vars', vars],
    ['secrets', secrets],
    ['pipelines', pipelines],
    ['components', Object.entries(components).map(([name, version]) => `${name} ${version}`)],
  ];
  return table(lists.filter(([, names]) => names.length > 0).map(([what, names]) => [`  ${what}`, names.join(', ')]));
}
