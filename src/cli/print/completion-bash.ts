import type { CompletionCommand, Completions } from '../actions/completion.ts';

/** A script for bash 3.2 and later; it needs no package of completions. */
export function bashCompletion({ commands }: Completions): string {
  const known = commands.map(({ words }) => quoted(words)).join('|');
  return `# Completion of fm for bash. Put this line into ~/.bashrc:  eval "$(fm completion bash)"
_fm() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) continue ;; esac
    case "\${cmd:+$cmd }$word" in
      ${known}) cmd="\${cmd:+$cmd }$word" ;;
      *) break ;;
    esac
  done
  COMPREPLY=()
  case "$cmd $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  local words=""
  case "$cur" in
    -*)
      case "$cmd" in
${commands.map((command) => `        ${quoted(command.words)}) words="${flagWords(command)}" ;;`).join('\n')}
        *) words="--help --version" ;;
      esac ;;
    *)
      case "$cmd" in
        "") words="${children('', commands)}" ;;
${commands.flatMap((command) => argumentCase(command, commands)).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then compopt +o default 2>/dev/null; fi
}
# Names of the project's pipelines, and files.
_fm_pipelines() {
  local file names="" dir="$PWD"
  while [ ! -f "$dir/flowmason.json" ] && [ "$dir" != "/" ] && [ -n "$dir" ]; do dir="\${dir%/*}"; done
  for file in "$dir"/pipelines/*.pipeline.json; do
    if [ -f "$file" ]; then file="\${file##*/}"; names="$names \${file%.pipeline.json}"; fi
  done
  COMPREPLY=($(compgen -W "$names" -- "$cur") $(compgen -f -- "$cur"))
}
complete -o default -o filenames -F _fm fm flowmason
`;
}

/** After a flag with a value: one of its options, else whatever the shell completes, which is files. */
function valueCases({ words, flags }: CompletionCommand): string[] {
  return flags
    .filter(({ takesValue }) => takesValue)
    .map(({ name, char, options }) => {
      const patterns = [`--${name}`, ...(char ? [`-${char}`] : [])].map((flag) => quoted(`${words} ${flag}`));
      const reply = options.length > 0 ? `COMPREPLY=($(compgen -W "${options.join(' ')}" -- "$cur")); ` : '';
      return `    ${patterns.join('|')}) ${reply}return ;;`;
    });
}

function argumentCase(command: CompletionCommand, commands: readonly CompletionCommand[]): string[] {
  const { words, argument } = command;
  if (argument === 'pipeline') return [`        ${quoted(words)}) _fm_pipelines; return ;;`];
  const all = [children(words, commands), ...argument].filter(Boolean).join(' ');
  return all ? [`        ${quoted(words)}) words="${all}" ;;`] : [];
}

function flagWords({ flags }: CompletionCommand): string {
  return [...flags.map(({ name }) => `--${name}`), '--help'].join(' ');
}

/** The next words after those of a group or command. */
export function children(words: string, commands: readonly CompletionCommand[]): string {
  const start = words === '' ? '' : `${words} `;
  const below = commands.map((command) => command.words).filter((each) => each.startsWith(start) && each !== words);
  return [...new Set(below.map((each) => each.slice(start.length).split(' ')[0]))].join(' ');
}

function quoted(text: string): string {
  return `"${text}"`;
}
