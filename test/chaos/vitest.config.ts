import { mergeConfig } from 'vitest/config';
import config from '../vitest.config.ts';

/** Long tests with blows by chance: `npm run test:chaos`. */
const chaos = mergeConfig(config, {});
if (chaos.test) Object.assign(chaos.test, { include: ['test/chaos/**/*.test.ts'], exclude: [] });
export default chaos;
