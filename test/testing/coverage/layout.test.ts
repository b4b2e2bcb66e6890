import { describe, expect, it } from 'vitest';
import type { EdgeCoverage, StageCoverage } from '../../../src/testing/coverage/coverage.ts';
import type { Box } from '../../../src/testing/coverage/reports/html/graph/drawing.ts';
import { drawingOf } from '../../../src/testing/coverage/reports/html/graph/layout.ts';
import fc from '../../setup/property.ts';
import { pipeline, stage, templatesCoverage } from './sample.ts';

const SIZES = { stage: () => ({ width: 120, height: 46 }), label: () => ({ width: 40, height: 18 }) };

function inside(inner: Box, outer: Box): boolean {
  const near = 0.01;
  return (
    inner.x >= outer.x - near &&
    inner.y >= outer.y - near &&
    inner.x + inner.width <= outer.x + outer.width + near &&
    inner.y + inner.height <= outer.y + outer.height + near
  );
}

function apart(a: Box, b: Box): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

/** Stages in lists of stages before them, with edges between neighbours of a list. */
const graphs = fc
  .array(
    fc.record({
      owner: fc.nat(),
      field: fc.constantFrom('try_stages', 'catch_stages'),
      from: fc.nat(),
      linked: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map((seeds) => {
    const stages: StageCoverage[] = [];
    const edges: EdgeCoverage[] = [];
    for (const [i, { owner, field, from, linked }] of seeds.entries()) {
      // A third of all stages are in the main graph.
      const place = owner % Math.max(1, Math.ceil(i * 1.5));
      const own = place < i ? { stage: `s${place}`, field } : undefined;
      const siblings = stages.filter((one) => one.owner?.stage === own?.stage && one.owner?.field === own?.field);
      const other = siblings[from % Math.max(1, siblings.length)];
      if (linked && other) edges.push({ from: other.id, to: `s${i}`, kind: 'dependency', hits: i % 2 });
      stages.push(stage(`s${i}`, i + 1, 1, { owner: own }));
    }
    return { stages, edges };
  });

describe('the layout', () => {
  it('keeps stages apart, inside of the frames of their owners, and inside of the drawing', () => {
    fc.assert(
      fc.property(graphs, ({ stages, edges }) => {
        const drawing = drawingOf(pipeline('x', stages, { edges }), SIZES);
        const all = { x: 0, y: 0, width: drawing.width, height: drawing.height };
        expect(drawing.edges).toHaveLength(edges.length);
        expect(drawing.boxes).toHaveLength(stages.length);
        for (const [i, box] of drawing.boxes.entries()) {
          expect(inside(box, all)).toBe(true);
          for (const other of drawing.boxes.slice(i + 1)) expect(apart(box, other)).toBe(true);
          let depth = stages[i]?.owner ? 1 : 0;
          for (let one = stages[i]; one?.owner; depth++) one = stages.find(({ id }) => id === one?.owner?.stage);
          const around = drawing.frames.filter(({ box: frame }) => inside(box, frame));
          expect(around.filter(({ list }) => list !== undefined)).toHaveLength(Math.max(0, depth - 1));
        }
        const lists = new Set(stages.flatMap(({ owner }) => (owner ? [`${owner.stage} ${owner.field}`] : [])));
        expect(drawing.frames.filter(({ list }) => list !== undefined)).toHaveLength(lists.size);
        for (const { box } of drawing.frames) expect(inside(box, all)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('has the list that is tried above the one that catches', () => {
    const sync = templatesCoverage().pipelines.find(({ pipeline }) => pipeline === 'sync-users');
    expect(sync).toBeDefined();
    if (!sync) return;
    const { frames } = drawingOf(sync, SIZES);
    const top = (name: string) => frames.find(({ list }) => list === name)?.box.y ?? Number.NaN;
    expect(top('try_stages')).toBeLessThan(top('catch_stages'));
  });

  it('draws from the top to the bottom, out of the frame of an owner', () => {
    const stages = [
      stage('each', 4, 1),
      stage('body', 5, 1, { owner: { stage: 'each', field: 'loop_stages' } }),
      stage('after', 6, 1),
    ];
    const edges: EdgeCoverage[] = [{ from: 'each', to: 'after', kind: 'dependency', hits: 1 }];
    const { frames, edges: drawn, boxes } = drawingOf(pipeline('x', stages, { edges }), SIZES);
    const owner = frames.find(({ list }) => list === undefined)?.box;
    const points = drawn[0]?.points ?? [];
    expect(points[0]?.y).toBeCloseTo((owner?.y ?? 0) + (owner?.height ?? 0));
    expect(points.at(-1)?.y).toBeCloseTo(boxes[2]?.y ?? Number.NaN);
    expect(points.map(({ y }) => y)).toEqual(points.map(({ y }) => y).sort((a, b) => a - b));
  });

  it('has room for stages whose owner is not known, and for nothing', () => {
    const lost = stage('a', 4, 1, { owner: { stage: 'gone', field: 'loop_stages' } });
    expect(drawingOf(pipeline('x', [lost]), SIZES)).toMatchObject({ frames: [], edges: [], boxes: [{ width: 120 }] });
    expect(drawingOf(pipeline('x', []), SIZES)).toMatchObject({ boxes: [], frames: [], edges: [] });
  });
});
