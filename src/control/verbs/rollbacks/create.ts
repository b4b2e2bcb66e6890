import * as v from 'valibot';
import type { RollbackView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import type { Caller } from '../../control.ts';
import { deploymentAudit } from '../../release/activate-release.ts';
import { whoWishes } from '../../release/prepare-plan.ts';
import { requireProject } from '../../release/project-of.ts';
import { applyRollback, prepareRollback, type RollbackWish, showRollback } from '../../release/roll-back.ts';
import { FLAG, MESSAGE, NUMBER, PROJECT, VERSION_WORD } from '../../schema/release.ts';
import { change } from '../../verb.ts';

const INPUT = v.pipe(
  v.strictObject({
    project: v.optional(PROJECT),
    version: v.optional(VERSION_WORD),
    number: v.optional(NUMBER),
    previous: v.optional(v.literal(true)),
    release: v.optional(DIGEST_TEXT),
    /** The number of the entry that was active when it was decided: when another one is by now, nothing is done. */
    base: v.optional(NUMBER),
    dry_run: FLAG,
    force: FLAG,
    message: v.optional(MESSAGE),
  }),
  v.check(
    ({ version, number, previous, release }) =>
      [version, number, previous, release].filter((choice) => choice !== undefined).length === 1,
    'Expected exactly one of `version`, `number`, `previous` and `release`',
  ),
);

/** Goes back to an earlier release with a new entry, and says what does not go back (DEPLOYMENT.md 4.9). */
export const createRollback = change({
  summary: 'Roll back to an earlier release',
  scope: 'deploy',
  errors: ['NOT_FOUND', 'USAGE', 'BASE_MOVED', 'ENVIRONMENT_LOCKED', 'PREFLIGHT_FAILED'],
  example: { version: '1.2.3', message: 'Orders fail since noon' },
  input: INPUT,
  repeatable: ({ dry_run }) => dry_run,
  async prepare({ control, caller }, input) {
    const { environment } = control;
    const project = await requireProject(control, input.project);
    const prepared = await prepareRollback(control, { environment, project }, input);
    requireBase(input.base, prepared.from.number);
    const shown = input.dry_run ? await showRollback(control, prepared, wishOf(caller, input)) : undefined;
    return { prepared, shown };
  },
  async apply({ control, caller, tx }, input, { prepared, shown }): Promise<RollbackView> {
    return shown ?? applyRollback(tx, control, prepared, wishOf(caller, input));
  },
  audit: (_, { deployment }) => deployment && deploymentAudit(deployment),
});

function wishOf(caller: Caller, { force, message }: v.InferOutput<typeof INPUT>): RollbackWish {
  return { ...whoWishes(caller), force, message };
}

function requireBase(base: number | undefined, active: number): void {
  if (base === undefined || base === active) return;
  fail('BASE_MOVED', `This was decided when #${base} was active; now it is #${active}`, {
    hint: 'Look at what changed with `fm history`, then roll back again.',
    details: { base: { number: base }, active: { number: active } },
  });
}
