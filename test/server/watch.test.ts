import { describe, expect, it } from 'vitest';
import { fm } from '../setup/fm.ts';
import { Checkout, startServers, variablesOf } from './shop-servers.ts';

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));

/** A release that works is active in staging, and the files are one whose runs fail. */
async function failing() {
  const servers = await startServers();
  const checkout = new Checkout();
  const env = variablesOf(servers);
  const type = checkout.with(env);
  await type('deploy staging');
  const stages = [{ id: 'say', component: 'json-transform', config: { template: '{{ input.missing.more }}' } }];
  checkout.write('pipelines/pay.pipeline.json', { name: 'pay', stages });
  /** Deploys as a process; a run of what is active then is started as soon as it watches. */
  const deploy = (...flags: string[]) => {
    let isStarted = false;
    return fm(['deploy', 'staging', ...flags], {
      cwd: checkout.root,
      env,
      onStderr(text) {
        if (isStarted || !text.includes('watching the runs of #2')) return;
        isStarted = true;
        void servers.staging.call('POST', '/api/v1/pipelines/pay/runs', { input: {} });
      },
    });
  };
  return { type, deploy };
}

describe('fm deploy --watch', () => {
  it('fails as soon as too many runs of the release fail, and says how to go back', async () => {
    const { type, deploy } = await failing();
    const ended = await deploy('--watch', '10m', '--max-failure-rate', '5%');
    expect(ended).toMatchObject({
      code: 1,
      stdout: said('^#2 deploy', 'its runs: 0 succeeded, 1 failed'),
      stderr: said('RELEASE_FAILING', '1 of 1 runs', 'Try: fm rollback --previous --env staging'),
    });
    const back = await type('rollback --previous --env staging --watch 1ms --max-failure-rate 5%');
    expect(back).toMatchObject({ code: 0, stdout: said('#3 rollback', 'its runs: 0 succeeded, 0 failed') });
  });

  it('goes back by itself when it is told to', async () => {
    const { type, deploy } = await failing();
    const ended = await deploy('--watch', '10m', '--max-failure-rate', '0', '--auto-rollback');
    expect(ended).toMatchObject({ code: 1, stderr: said('RELEASE_FAILING', 'rolled back to #1') });
    const { deployments } = (await type('history --env staging --json')).json() as { deployments: unknown[] };
    expect(deployments[0]).toMatchObject({ kind: 'rollback', active: true, message: said('1 of 1 runs of #2') });
  });

  it('ends well when its time is over, and takes no time or rate that is none', async () => {
    const { type } = await failing();
    const ended = await type('deploy staging --json --watch 1ms --max-failure-rate 5');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.json()).toMatchObject({
      done: true,
      watched: { new: { failed: 0 }, old: { failed: 0 }, failure_rate: null, rolled_back: false },
    });
    for (const wrong of [
      '--watch soon',
      '--watch 1m --max-failure-rate 101',
      '--auto-rollback',
      '--watch 1m --dry-run',
    ])
      expect(await type(`deploy staging ${wrong}`)).toMatchObject({ code: 2 });
  });
});
