/** What each exit code means (DEPLOYMENT.md 10): the one table of `--help` and `fm explain`. */
export const EXITS: Readonly<Record<number, string>> = {
  0: 'done, or nothing to do',
  1: 'it ran and failed (a run, a test, a check, a threshold)',
  2: 'the command was typed wrongly',
  3: 'a file is invalid',
  4: 'not found',
  5: 'a conflict: it exists already, is stale, locked or protected',
  6: 'not signed in, or not allowed',
  7: 'the network or the server cannot be reached',
  8: 'a quota or a rate limit',
  9: 'it needs a consent that nobody can give here; the message names the flag',
  69: 'still going: the run waits or goes on elsewhere',
  70: 'a bug in FlowMason; the message says how to report it',
  130: 'interrupted (SIGINT)',
  143: 'terminated (SIGTERM)',
};
