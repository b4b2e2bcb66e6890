import { describe, expect, it } from 'vitest';
import { createSecretSource } from '../../src/secrets/index.ts';

function source(variables: Record<string, string | undefined>, reserved: string[] = []) {
  return createSecretSource('env', { variables, reserved });
}

async function read(variables: Record<string, string | undefined>, ...names: string[]) {
  return Object.fromEntries(await source(variables).read(names));
}

describe('secrets from environment variables', () => {
  it('reads FM_SECRET_NAME, then FM_NAME', async () => {
    expect(await read({ FM_SECRET_API_KEY: 'a', FM_API_KEY: 'b' }, 'API_KEY')).toEqual({ API_KEY: 'a' });
    expect(await read({ FM_API_KEY: 'b', API_KEY: 'c' }, 'API_KEY')).toEqual({ API_KEY: 'b' });
  });

  it('leaves out what is not there', async () => {
    expect(await read({ API_KEY: 'bare', FM_OTHER: 'x' }, 'API_KEY', 'OTHER')).toEqual({ OTHER: 'x' });
    expect(await read({}, 'constructor', '__proto__', 'toString')).toEqual({});
  });

  it('takes an empty variable for one that is not set', async () => {
    expect(await read({ FM_SECRET_A: '', FM_A: 'real' }, 'A')).toEqual({ A: 'real' });
    expect(await read({ FM_SECRET_A: '' }, 'A')).toEqual({});
  });

  it('reads the keys of AI providers bare, but their own name first', async () => {
    expect(await read({ OPENAI_API_KEY: 'sk' }, 'OPENAI_API_KEY')).toEqual({ OPENAI_API_KEY: 'sk' });
    const both = { OPENAI_API_KEY: 'sk', FM_OPENAI_API_KEY: 'ours' };
    expect(await read(both, 'OPENAI_API_KEY')).toEqual({ OPENAI_API_KEY: 'ours' });
    expect(await read({ HOME: '/root', PATH: '/bin' }, 'HOME', 'PATH')).toEqual({});
  });

  it.each(['DATABASE_URL', 'BOOTSTRAP_KEY', 'UPSTREAM_KEY', 'LIMITS_STAGES'])(
    'never gives a pipeline the variable FM_%s of FlowMason',
    async (name) => {
      const refused = expect.objectContaining({
        code: 'SECURITY',
        message: expect.stringContaining(`FM_${name}, which belongs to FlowMason itself`),
      });
      await expect(source({ [`FM_${name}`]: 'x' }).read([name])).rejects.toEqual(refused);
      await expect(source({}).read([name])).rejects.toEqual(refused);
    },
  );

  it('never gives a pipeline what flowmason.json names for an environment', async () => {
    const secrets = source({ FM_PROD_KEY: 'deploy', FM_OK: 'x' }, ['FM_PROD_KEY', 'FM_PROD_URL']);
    await expect(secrets.read(['OK', 'PROD_KEY'])).rejects.toEqual(
      expect.objectContaining({ code: 'SECURITY', hint: expect.stringContaining('export FM_SECRET_PROD_KEY=') }),
    );
    expect(await secrets.read(['OK'])).toEqual(new Map([['OK', 'x']]));
  });

  it('gives a value of its own to a name whose variable is reserved', async () => {
    expect(await read({ FM_SECRET_DATABASE_URL: 'mine', FM_DATABASE_URL: 'ours' }, 'DATABASE_URL')).toEqual({
      DATABASE_URL: 'mine',
    });
  });

  it('says how to set one', () => {
    expect(source({}).howToSet('API_KEY')).toBe('export FM_SECRET_API_KEY=…');
    expect(source({}).howToSet('OPENAI_API_KEY')).toBe('export OPENAI_API_KEY=…');
  });
});

describe('other back ends', () => {
  it.each(['aws', 'vault'])('knows %s and says that it is not in this version', (backend) => {
    expect(() => createSecretSource(backend, { variables: {}, reserved: [] })).toThrow(
      expect.objectContaining({
        code: 'SECRETS_BACKEND',
        message: expect.stringContaining('not part of this version'),
      }),
    );
  });

  it.each(['consul', '__proto__', 'constructor', ''])('refuses %s', (backend) => {
    expect(() => createSecretSource(backend, { variables: {}, reserved: [] })).toThrow(
      expect.objectContaining({ code: 'SECRETS_BACKEND', message: expect.stringContaining(`\`${backend}\``) }),
    );
  });
});
