import { expect, it } from 'vitest';
import { COMMANDS, during, onPostgres, SHIFT } from './database-faults.ts';
import { wholeLog } from './faults.ts';

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));
const SLOW = 240_000;

// Each command at each moment, again and again: test/chaos/databases.test.ts.
it(
  'whatever dies while a release is activated: all or nothing, the truth is told, and a rerun finishes it',
  async () => {
    const all = await onPostgres();
    for (const command of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
      const ended = await during(all, command, 'in the middle', () => all.database.restart());
      if (ended.code !== 0) expect(ended.stderr).toMatch(/It is not known whether 1\.0\.0 .*is active there/);
    }
    // The machine of staging has another clock than the database.
    for (const { at } of await wholeLog(all.servers.staging)) expect(Math.abs(at - Date.now())).toBeLessThan(SHIFT / 2);
    const replace = () => all.replace();
    // Between check and apply; when nobody has been told of it; and while it applies.
    expect(await during(all, 'deploy', 'before', replace)).toMatchObject({ code: 0, isDone: true });
    expect(await during(all, 'rollback', 'after', replace)).toMatchObject({ code: 0, isDone: true });
    expect(await during(all, 'deploy', 'in the middle', replace)).toMatchObject({
      code: 7,
      stderr: said('OUTCOME_UNKNOWN', '#\\d+ 1.0.0 is active there now', 'Try: fm history --env staging'),
    });
  },
  SLOW,
);
