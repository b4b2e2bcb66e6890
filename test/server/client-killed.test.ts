import { expect, it } from 'vitest';
import { gated, holding, killAt, momentsOf, WAYS } from './client-kills.ts';
import { change, startFm, wholeLog } from './faults.ts';

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));
const SLOW = 180_000;

// At every one of their calls: test/chaos/clients.test.ts.
it(
  'killed around its activation, a command has done all or nothing, and a rerun finishes it',
  async () => {
    const all = await gated();
    for (const way of Object.values(WAYS)) {
      const moments = await momentsOf(all, way);
      const [last] = moments.slice(-1);
      for (const moment of moments.slice(-3)) expect(await killAt(all, way, moment)).toBe(moment === last);
    }
  },
  SLOW,
);

it(
  'interrupted, it says what goes on there and how to look',
  async () => {
    const { checkout, env, staging, servers } = await gated();
    const interrupted = async (line: string, signal: NodeJS.Signals, route: string, when: 'before' | 'after') => {
      const held = holding(staging, (passing) => passing.route === route && passing.when === when);
      const command = startFm(line, checkout.root, env);
      await held;
      command.kill(signal);
      return command.ended;
    };
    change(checkout, 'second');
    expect(await interrupted('deploy staging', 'SIGINT', 'POST /deployments/plan', 'after')).toMatchObject({
      code: 130,
      stderr: said('SIGINT: nothing was activated in staging; run the command again'),
    });
    expect(await interrupted('deploy staging --json', 'SIGTERM', 'POST /deployments', 'after')).toMatchObject({
      code: 143,
      stdout: '',
      stderr: said('SIGTERM: 1\\.0\\.0 \\(.*was sent to staging', 'Try: fm history --env staging'),
    });
    expect(await wholeLog(servers.staging)).toHaveLength(2);
    expect(await interrupted('rollback #1 --env staging', 'SIGINT', 'POST /rollbacks', 'before')).toMatchObject({
      code: 130,
      stderr: said('SIGINT: nothing was activated in staging'),
    });
    expect(await wholeLog(servers.staging)).toHaveLength(2);
  },
  SLOW,
);

it(
  'without an answer, it finds out what became of it, or says that it does not know',
  async () => {
    const { checkout, type, staging, servers } = await gated();
    change(checkout, 'second');
    // It was done, and all answers are lost.
    staging.rule(({ route, when }) => route !== 'POST /deployments' || when === 'before');
    expect(await type('deploy staging')).toMatchObject({ code: 0, stdout: said('^#2 deploy 1.0.0') });
    expect(staging.routes.filter((route) => route === 'POST /deployments')).toHaveLength(3);
    expect(await wholeLog(servers.staging)).toHaveLength(2);
    // It never arrived, and may still.
    change(checkout, 'third');
    staging.rule(({ route }) => route !== 'POST /deployments');
    expect(await type('deploy staging')).toMatchObject({
      code: 7,
      stderr: said('OUTCOME_UNKNOWN', 'becomes active in staging', '#2 1.0.0 is active there now', 'Try: fm history'),
    });
    // Nothing answers any more.
    let away = false;
    staging.rule(({ route, when }) => {
      // The first one only looks.
      away ||=
        route === 'POST /rollbacks' && when === 'after' && staging.routes.filter((each) => each === route).length > 1;
      return !away;
    });
    const lost = await type('rollback #1 --env staging --json');
    expect(lost).toMatchObject({ code: 7 });
    expect(lost.json()).toMatchObject({
      error: {
        code: 'OUTCOME_UNKNOWN',
        hint: 'fm history --env staging',
        details: { code: 'SERVER_UNREACHABLE', base: 2 },
      },
    });
    staging.rule();
    expect(await wholeLog(servers.staging)).toHaveLength(3);
    expect(await type('rollback #1 --env staging')).toMatchObject({ code: 0, stdout: said('^nothing to do') });
  },
  SLOW,
);
