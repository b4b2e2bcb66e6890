import type { Kit } from './kit.ts';

/** Releases and what they consist of. Content is addressed by digest and never changes. */
export function releaseTables(kit: Kit) {
  const projects = kit.table('projects', {
    name: kit.text().primaryKey(),
    created_at: kit.timestamp().notNull(),
  });

  const pipelines = kit.table('pipelines', {
    digest: kit.text().primaryKey(),
    name: kit.text().notNull(),
    /** Canonical JSON, whose digest is the key. */
    definition: kit.text().notNull(),
    /** The file, byte for byte. */
    source: kit.text().notNull(),
    created_at: kit.timestamp().notNull(),
  });

  const releases = kit.table(
    'releases',
    {
      digest: kit.text().primaryKey(),
      project: kit
        .text()
        .notNull()
        .references(() => projects.name),
      version: kit.text().notNull(),
      /** Canonical JSON, whose digest is the key. */
      manifest: kit.text().notNull(),
      created_at: kit.timestamp().notNull(),
    },
    (t) => [kit.index('releases_project').on(t.project, t.created_at)],
  );

  const releasePipelines = kit.table(
    'release_pipelines',
    {
      release: kit
        .text()
        .notNull()
        .references(() => releases.digest),
      name: kit.text().notNull(),
      pipeline: kit
        .text()
        .notNull()
        .references(() => pipelines.digest),
    },
    (t) => [kit.primaryKey({ columns: [t.release, t.name] }), kit.index('release_pipelines_pipeline').on(t.pipeline)],
  );

  /** What the check of a pipeline found, by who checked it. May be lost at any time: it is found again. */
  const pipelineFacts = kit.table(
    'pipeline_facts',
    {
      digest: kit.text().notNull(),
      /** Stands for everything but the pipelines that the check depends on. */
      checker: kit.text().notNull(),
      facts: kit.json().notNull(),
    },
    (t) => [kit.primaryKey({ columns: [t.digest, t.checker] })],
  );

  const evidence = kit.table(
    'evidence',
    {
      release: kit.text().notNull(),
      /** What it proves, e.g. `tests`. */
      kind: kit.text().notNull(),
      content: kit.json().notNull(),
      actor: kit.text().notNull(),
      at: kit.timestamp().notNull(),
    },
    (t) => [kit.primaryKey({ columns: [t.release, t.kind] })],
  );

  return { projects, pipelines, releases, releasePipelines, pipelineFacts, evidence };
}
