import type { CodeEntry } from './entry.ts';

/** Codes of the orgs of a project, and of the way to a server. */
export const ORG_CODES = {
  ORG_EXPIRED: {
    exit: 5,
    http: 410,
    title: 'The org has expired',
    explanation:
      'The org was made for a while, and that is over, so nothing is pushed to it or run in it. What it holds is still there until somebody deletes it. Renew it, or delete it; `fm org list` shows all of them.',
    example: 'fm org open demo --expires 7d\nfm org delete demo',
  },
  DATABASE_LINKED: {
    exit: 2,
    http: 500,
    title: 'The database of an org is behind a link',
    explanation:
      'The database of an org is a file of the project. A link in its place, or in the place of its folder, would make FlowMason write somewhere else, which a repository that one has only looked at must not be able to do. Nothing was opened. Put the file itself there, or name its real place as an absolute path.',
    example: 'fm config set local.database sqlite:////absolute/flowmason.db',
  },
  URL_INSECURE: {
    exit: 2,
    http: 400,
    title: 'The address of a server is not encrypted',
    explanation:
      'The key for an environment goes with every call, and over http:// everybody on the way can read it. So http:// is taken for this machine only. Use https://. Where the network itself is trusted, for example inside of a cluster, allow it for that one environment.',
    example: 'fm config set staging.insecure true',
  },
  CONSENT_NEEDED: {
    exit: 9,
    http: 409,
    title: 'Somebody has to agree, and nobody can be asked',
    explanation:
      'The command would delete something for good. On a terminal it asks; here there is none, or `--json` was given, so the agreement has to be in the command line. Nothing was deleted. The message names what it is about, and the flag that agrees.',
    example: 'fm org delete demo --yes',
  },
} as const satisfies Record<string, CodeEntry>;
