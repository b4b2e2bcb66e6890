/** Questions on a terminal, asked on stderr: stdout is for data. Ctrl-C ends the command with exit code 130. */
export const ask = {
  async input(question: { message: string; default?: string }): Promise<string> {
    const { input } = await import('@inquirer/prompts');
    return input(question, { output: process.stderr });
  },

  /** Enter alone says no. */
  async confirm(question: { message: string }): Promise<boolean> {
    const { confirm } = await import('@inquirer/prompts');
    return confirm({ default: false, ...question }, { output: process.stderr });
  },

  async select<T extends string>(question: { message: string; choices: { value: T; name: string }[] }): Promise<T> {
    const { select } = await import('@inquirer/prompts');
    return select(question, { output: process.stderr });
  },

  /** What is typed is not shown. */
  async password(question: { message: string }): Promise<string> {
    const { password } = await import('@inquirer/prompts');
    return password(question, { output: process.stderr });
  },
};
