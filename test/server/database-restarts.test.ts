import { expect, it } from 'vitest';
import { COMMANDS, during, onPostgres, SHIFT } from './database-faults.ts';
import { wholeLog } from './faults.ts';

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));
const SLOW = 180_000;

// Each command at each moment, again and again: test/chaos/databases.test.ts.
it(
  'PostgreSQL restarted while a release is activated: all or nothing, the truth is told, and a rerun finishes it',
  async () => {
    const all = await onPostgres();
    const restart = () => all.database.restart();
    for (const command of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
      const ended = await during(all, command, 'in the middle', restart);
      if (ended.code !== 0) expect(ended.stderr).toMatch(/was not activated|It is not known whether/);
    }
    expect(await during(all, 'promote', 'before', restart)).toMatchObject({ code: 0, isDone: true });
    expect(await during(all, 'deploy', 'after', restart)).toMatchObject({ code: 0, isDone: true });
    // The machine of staging has another clock than the database.
    for (const { at } of await wholeLog(all.servers.staging)) expect(Math.abs(at - Date.now())).toBeLessThan(SHIFT / 2);
  },
  SLOW,
);

it(
  'a server killed between check and apply, while it applies, and before it has told anybody',
  async () => {
    const all = await onPostgres();
    const replace = () => all.replace();
    expect(await during(all, 'deploy', 'before', replace)).toMatchObject({ code: 0, isDone: true });
    expect(await during(all, 'rollback', 'after', replace)).toMatchObject({ code: 0, isDone: true });
    const killed = await during(all, 'deploy', 'in the middle', replace);
    expect(killed).toMatchObject({
      code: 7,
      stderr: said('OUTCOME_UNKNOWN', '#\\d+ 1.0.0 is active there now', 'Try: fm history --env staging'),
    });
  },
  SLOW,
);
