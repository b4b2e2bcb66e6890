import { mergeConfig } from 'vitest/config';
import config from '../vitest.config.ts';

/** Long tests with blows by chance: `npm run test:chaos`. One at a time, because each wants the whole machine. */
const chaos = mergeConfig(config, { test: { fileParallelism: false, globalSetup: ['test/chaos/report-setup.ts'] } });
if (chaos.test) Object.assign(chaos.test, { include: ['test/chaos/**/*.test.ts'], exclude: [] });
export default chaos;
