import type { CodeEntry } from './entry.ts';

/** Codes of `fm push`, `fm pull` and `fm status`: the files of a project and the release of an org. */
export const SYNC_CODES = {
  SYNC_CONFLICT: {
    exit: 5,
    http: 409,
    title: 'The files and the org changed the same thing',
    explanation:
      'Since the last push or pull, a pipeline was changed here and in the org, and the two changes do not go together. Nothing was written. Each conflict is listed with its values. Choose with `fm pull --ours`, which keeps the files, or `fm pull --theirs`, which takes what the org has, or write both into the files with `fm pull --merge` and edit them.',
  },
  UNSEEN_CHANGES: {
    exit: 5,
    http: 409,
    title: 'A push would overwrite what was never pulled',
    explanation:
      'Since the last push or pull, somebody else changed pipelines in the org, and the files here do not have those changes. A push would undo them, so nothing was sent. Get them with `fm pull`, look at the result and push again. `fm push --force` overwrites them all the same.',
  },
  FILES_CHANGED: {
    exit: 5,
    http: 409,
    title: 'Files changed while they were to be written',
    explanation:
      'Between planning and writing, a pipeline file was changed, made or removed by another program, e.g. an editor. No file that changed was touched. Run the command again: it plans with the files as they are now.',
  },
  PATH_REFUSED: {
    exit: 3,
    http: 422,
    title: 'A pipeline file cannot be written there',
    explanation:
      'A pull writes plain files below `pipelines/` and nothing else. The place is a link or lies behind one, is a folder, or differs from another file only in capital letters, which some file systems do not tell apart. Nothing was written. Put a plain file or folder there, or rename one of the two.',
  },
} as const satisfies Record<string, CodeEntry>;
