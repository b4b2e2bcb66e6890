import { COMMANDS } from './index.ts';

/** Every command's class by id, from which oclif writes the manifest; no start of fm loads this. */
const classes = Object.entries(COMMANDS).map(async ([id, load]) => [id, (await load()).default] as const);
export default Object.fromEntries(await Promise.all(classes));
