import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, problemsOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": { ${config} }${fields && `, ${fields}`} }`;

describe('join', () => {
  const gate = stage('c', 'conditional', '"condition": "input.x", "true_branch": "yes", "false_branch": "no"');
  const meet = (fields: string) => pipeline([gate, log('yes'), log('no'), log('after', '', fields)]);

  test('is demanded where branches of one gate meet', () => {
    expectProblems(meet('«"depends_on"»: ["yes", "no"]'), [
      [
        'JOIN_REQUIRED',
        'Branches of `c` meet in `after`: `yes`, `no` never all run',
        'Add `"join": "any"` to run after whichever ran, or `"join": "all"` to run only if none was skipped',
      ],
    ]);
    expectClean(meet('"depends_on": ["yes", "no"], "join": "any"'));
  });

  test('is demanded where their outputs are read', () => {
    expectProblems(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        '{ "id": «"after"», "component": "logger", "config": { "message": "{{ default(stages.yes.output, stages.no.output) }}" } }',
      ]),
      [
        [
          'JOIN_REQUIRED',
          'Branches of `c` meet in `after`: `yes`, `no` never all run',
          'Add `"join": "any"` to run after whichever ran, or `"join": "all"` to run only if none was skipped',
        ],
      ],
    );
  });

  test('is not needed where only their status is read', () => {
    expectClean(
      pipeline([gate, log('yes'), log('no'), log('after', '{{ stages.yes.status }} {{ stages.no.status }}')]),
    );
  });

  test('is not needed for one branch, nor for one branch and something else', () => {
    expectClean(meet('"depends_on": ["yes", "c"]'));
  });

  test('is demanded further down, too', () => {
    const chain = [
      gate,
      log('yes'),
      log('no'),
      log('yes2', '', '"depends_on": ["yes"]'),
      log('no2', '', '"depends_on": ["no"]'),
    ];
    const codes = problemsOf(pipeline([...chain, log('after', '', '"depends_on": ["yes2", "no2"]')])).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['JOIN_REQUIRED']);
  });

  test('ends with the join: what follows is free again', () => {
    expectClean(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        log('joined', '', '"depends_on": ["yes", "no"], "join": "any"'),
        log('last', '', '"depends_on": ["joined", "c"]'),
      ]),
    );
  });

  test('is not needed where routes overlap', () => {
    const router = stage(
      'r',
      'router',
      '"value": "{{ input.x }}", "routes": { "a": ["one", "both"], "b": ["two", "both"] }',
    );
    expectClean(pipeline([router, log('one'), log('two'), log('both'), log('z', '', '"depends_on": ["one", "both"]')]));
    const [problem] = problemsOf(
      pipeline([router, log('one'), log('two'), log('both'), log('z', '', '"depends_on": ["one", "both", "two"]')]),
    );
    expect(problem?.code).toBe('JOIN_REQUIRED');
  });

  test('all over branches that exclude each other never runs', () => {
    const never = '`after` never runs: it needs branches of `c` that exclude each other';
    const hint = 'Write `"join": "any"`, or take one of the dependencies away';
    expectProblems(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        '{ "id": «"after"», "component": "logger", "config": { "message": "" }, "depends_on": ["yes", "no"], "join": "all" }',
      ]),
      [['NEVER_RUNS', never, hint]],
    );
  });
});
