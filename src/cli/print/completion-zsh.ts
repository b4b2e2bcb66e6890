import type { CompletionCommand, Completions } from '../actions/completion.ts';

export function zshCompletion({ commands }: Completions): string {
  const known = commands.map(({ words }) => `"${words}"`).join('|');
  const top = commands.filter(({ words }) => !words.includes(' '));
  return `#compdef fm flowmason
# Completion of fm for zsh. Put this line into ~/.zshrc, below compinit:  eval "$(fm completion zsh)"
_fm() {
  local cmd="" word i
  local -a subs flags names
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    [[ "$word" == -* ]] && continue
    case "\${cmd:+$cmd }$word" in
      (${known}) cmd="\${cmd:+$cmd }$word" ;;
      (*) break ;;
    esac
  done
  case "$cmd" in
    ("") subs=(${top.map(({ words, summary }) => entry(words, summary)).join(' ')}) ;;
${commands.map((command) => caseOf(command, commands)).join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe flag flags
  elif (( \${#subs} )); then
    _describe argument subs
  else
    names=(pipelines/*.pipeline.json(N:t:s/.pipeline.json//))
    _alternative "pipelines:pipeline:(\${names})" 'files:file:_files'
  fi
}
compdef _fm fm flowmason
`;
}

function caseOf(command: CompletionCommand, commands: readonly CompletionCommand[]): string {
  const { words, flags, argument } = command;
  const children = commands
    .filter((each) => each.words.startsWith(`${words} `))
    .map((each) => entry(each.words.slice(words.length + 1), each.summary));
  const options = argument === 'pipeline' ? [] : argument.map((option) => entry(option, ''));
  const listed = [...flags.map(({ name, summary }) => entry(`--${name}`, summary)), entry('--help', 'Show help.')];
  return `    ("${words}") subs=(${[...children, ...options].join(' ')}); flags=(${listed.join(' ')}) ;;`;
}

function entry(word: string, summary: string): string {
  const text = summary === '' ? word : `${word}:${summary}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
