import packageJson from '../../package.json' with { type: 'json' };

/** What this program is called, and which version of it runs. */
export const { name: NAME, version: VERSION, description: DESCRIPTION } = packageJson;
