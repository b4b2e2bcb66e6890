import { expect, it } from 'vitest';
import { asDescribed, eventsAsDescribed } from './answers.ts';

const problem = (code: string) => ({
  type: `urn:flowmason:error:${code}`,
  title: 'x',
  status: 404,
  code,
  detail: 'x',
  request_id: 'r',
});

/** What the tests would make of this answer. */
const heard = (route: string, body: object, status = 200) => {
  const [method = '', path = ''] = route.split(' ');
  const answers = asDescribed(() => Response.json(body, { status }));
  return answers(new Request(`http://local/api/v1${path}`, { method }));
};

it('hears every lie of an answer: what is missing, of another kind, or in no description', async () => {
  const usage = {
    pipelines: { active: 1 },
    executions: { date: '2026-01-31', accepted: 2, resets_at: 3 },
  };
  expect((await heard('GET /usage', usage)).status).toBe(200);
  const lies = [
    { pipelines: usage.pipelines },
    { ...usage, surprise: 1 },
    { ...usage, pipelines: { active: -1 } },
    { ...usage, pipelines: { active: '1' } },
    { ...usage, executions: { ...usage.executions, date: 'today' } },
  ];
  for (const lie of lies) await expect(heard('GET /usage', lie)).rejects.toThrow('says of GET /usage: answers Usage');
  await expect(heard('GET /usage', usage, 201)).rejects.toThrow('the status is 200; and it was: 201');
  expect((await heard('GET /runs/x', problem('NOT_FOUND'), 404)).status).toBe(404);
  await expect(heard('GET /runs/x', problem('ROLLED_BACK'), 404)).rejects.toThrow('it was: ROLLED_BACK');
  await expect(heard('GET /runs/x', { code: 'NOT_FOUND' }, 404)).rejects.toThrow('answers Problem');
  const event = { type: 'log', entry: { at: 1, level: 'info', message: 'x', path: 'a' } };
  expect(() => eventsAsDescribed('GET /runs/:id/events', [event])).not.toThrow();
  expect(() => eventsAsDescribed('GET /runs/:id/events', [event, { ...event, entry: {} }])).toThrow('RunNotice');
});
