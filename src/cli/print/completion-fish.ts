import type { CompletionCommand, Completions } from '../actions/completion.ts';

export function fishCompletion({ commands }: Completions): string {
  return `# Completion of fm for fish. Run once:  fm completion fish > ~/.config/fish/completions/fm.fish
function __fm_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or echo $word
    end
end
function __fm_at
    test (string join ' ' (__fm_words)) = "$argv[1]"
end
function __fm_in
    string match -q -- "$argv[1] *" (string join ' ' (__fm_words))' '
end
function __fm_pipelines
    for file in pipelines/*.pipeline.json
        basename $file .pipeline.json
    end
end
complete -c fm -f
${commands.flatMap(lines).join('\n')}
complete -c flowmason -w fm
`;
}

function lines({ words, summary, flags, argument }: CompletionCommand): string[] {
  const parts = words.split(' ');
  const parent = parts.slice(0, -1).join(' ');
  const list = [`complete -c fm -n "__fm_at '${parent}'" -a ${quoted(parts.at(-1) ?? '')} -d ${quoted(summary)}`];
  const within = `complete -c fm -n "__fm_in '${words}'"`;
  for (const { name, char, summary, takesValue, options } of flags) {
    const values = takesValue ? ` -r${options.length > 0 ? ` -a ${quoted(options.join(' '))}` : ' -F'}` : '';
    list.push(`${within} -l ${name}${char ? ` -s ${char}` : ''} -d ${quoted(summary)}${values}`);
  }
  if (argument === 'pipeline') list.push(`${within} -F -a '(__fm_pipelines)'`);
  else if (argument.length > 0) list.push(`${within} -a ${quoted(argument.join(' '))}`);
  return list;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
