import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPipelines } from '../../src/cli/project/pipelines.ts';
import { temporaryFolder } from '../hosts/fixtures/folder.ts';
import { testProject } from './fixtures/project.ts';

describe('the pipelines of a project', () => {
  it('are the files pipelines/**/*.pipeline.json, by name', () => {
    const project = testProject();
    for (const path of ['b.pipeline.json', 'a.pipeline.json', 'deep/er/c.pipeline.json']) {
      project.write(`pipelines/${path}`, {});
    }
    for (const path of ['a.test.json', 'x.json', '.hidden/h.pipeline.json', 'node_modules/n/n.pipeline.json']) {
      project.write(`pipelines/${path}`, {});
    }
    project.write('other.pipeline.json', {});
    mkdirSync(project.file('pipelines/folder.pipeline.json'));
    expect(findPipelines(project.root)).toEqual({
      problems: [],
      pipelines: [
        { name: 'a', file: project.file('pipelines/a.pipeline.json') },
        { name: 'b', file: project.file('pipelines/b.pipeline.json') },
        { name: 'c', file: project.file('pipelines/deep/er/c.pipeline.json') },
      ],
    });
  });

  it('are none when there is no folder, or a file in its place', () => {
    const project = testProject();
    expect(findPipelines(project.root)).toEqual({ pipelines: [], problems: [] });
    project.write('pipelines', 'text');
    expect(findPipelines(project.root)).toEqual({ pipelines: [], problems: [] });
  });

  it('have different names', () => {
    const project = testProject();
    project.write('pipelines/x.pipeline.json', {});
    project.write('pipelines/old/x.pipeline.json', {});
    const { pipelines, problems } = findPipelines(project.root);
    expect(pipelines).toEqual([{ name: 'x', file: project.file('pipelines/old/x.pipeline.json') }]);
    expect(problems).toMatchObject([
      {
        code: 'PIPELINE_NAME_TAKEN',
        severity: 'error',
        file: 'pipelines/x.pipeline.json',
        message: expect.stringContaining('pipelines/old/x.pipeline.json'),
      },
    ]);
  });
});

describe('links', () => {
  it('are followed inside the project', () => {
    const project = testProject();
    project.write('shared/a.pipeline.json', {});
    project.write('pipelines/b.pipeline.json', {});
    symlinkSync(project.file('shared'), project.file('pipelines/shared'));
    expect(findPipelines(project.root).pipelines.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('are never followed out of it, neither to a file nor to a folder', () => {
    const project = testProject();
    const outside = temporaryFolder();
    mkdirSync(project.file('pipelines'));
    writeFileSync(join(outside, 'secret.pipeline.json'), '{}');
    symlinkSync(outside, project.file('pipelines/folder'));
    symlinkSync(join(outside, 'secret.pipeline.json'), project.file('pipelines/secret.pipeline.json'));
    symlinkSync('/nowhere', project.file('pipelines/broken.pipeline.json'));
    const { pipelines, problems } = findPipelines(project.root);
    expect(pipelines).toEqual([]);
    expect(problems.map(({ code, severity, file }) => [code, severity, file]).sort()).toEqual([
      ['LINK_NOT_FOLLOWED', 'warning', 'pipelines/broken.pipeline.json'],
      ['LINK_NOT_FOLLOWED', 'warning', 'pipelines/folder'],
      ['LINK_NOT_FOLLOWED', 'warning', 'pipelines/secret.pipeline.json'],
    ]);
  });

  it('in a circle end', () => {
    const project = testProject();
    project.write('pipelines/a.pipeline.json', {});
    symlinkSync(project.file('pipelines'), project.file('pipelines/again'));
    symlinkSync('..', project.file('pipelines/up'));
    expect(findPipelines(project.root).pipelines.map(({ name }) => name)).toEqual(['a']);
  });
});
