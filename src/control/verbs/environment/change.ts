import * as v from 'valibot';
import type { EnvironmentView } from '../../../core/api/environment.ts';
import { fail } from '../../../core/errors.ts';
import { firstSettings } from '../../environment/settings.ts';
import { environmentView } from '../../environment/view.ts';
import { change } from '../../verb.ts';

const ENVIRONMENT = v.pipe(
  v.string(),
  v.maxLength(40),
  v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'Expected lower-case words joined by `-`'),
);

/** Kinds of evidence that an environment can demand of a release. */
const EVIDENCE = ['tests'] as const;

const FAILURE_WEBHOOK = v.strictObject({
  url: v.pipe(
    v.string(),
    v.maxLength(2_000),
    v.check((url) => parsed(url) !== undefined, 'Expected an address such as https://alerts.example.com/fm'),
    v.check((url) => !parsed(url)?.username && !parsed(url)?.password, 'Expected an address without user and password'),
  ),
  secret: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Expected a name'))), null),
});

/** Undefined for what is no address of a web server. All checks of a value are made, also behind one that failed. */
function parsed(url: string): URL | undefined {
  const found = URL.canParse(url) ? new URL(url) : undefined;
  return /^https?:$/.test(found?.protocol ?? '') ? found : undefined;
}

/** Changes what the environment demands of who deploys to it; what is not named stays. */
export const changeEnvironment = change({
  summary: 'Change settings of the environment',
  scope: 'admin',
  errors: ['CHANGED_MEANWHILE'],
  input: v.strictObject({
    protected: v.optional(v.boolean()),
    promotes_from: v.optional(v.nullable(ENVIRONMENT)),
    immutable_versions: v.optional(v.boolean()),
    /** Is told of every failed run; `secret` is the name of the one that signs what is sent. */
    failure_webhook: v.optional(v.nullable(FAILURE_WEBHOOK)),
    requires: v.optional(v.pipe(v.array(v.picklist(EVIDENCE)), v.maxLength(EVIDENCE.length))),
    /** What was read before, 0 for none: with it nobody's change is overwritten unseen. */
    revision: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
  example: { protected: true, promotes_from: 'staging', requires: ['tests'] },
  async prepare({ control }, { failure_webhook }) {
    if (failure_webhook) await control.admitUrl?.('failure_webhook.url', failure_webhook.url);
  },
  async apply({ control, tx }, { revision, ...settings }): Promise<EnvironmentView> {
    const { environment } = control;
    if (settings.promotes_from === environment) {
      fail('REQUEST_INVALID', `promotes_from: ${environment} cannot be promoted from itself`);
    }
    await tx.environments.ensure(environment, firstSettings(control));
    const current = await tx.environments.hold(environment);
    // Who read one that nobody had set anything of has read revision 0; it was made as it was shown, with revision 1.
    const expected = revision === undefined ? current.revision : Math.max(revision, 1);
    const changed = await tx.environments.change(environment, expected, given(settings));
    return environmentView(control, changed);
  },
  audit: ({ revision: _, ...settings }, { name, revision }) => ({
    action: 'environment.change',
    target: name,
    details: { ...given(settings), revision },
  }),
});

/** Without what is undefined. */
function given<T extends object>(settings: T): { [Name in keyof T]?: NonNullable<T[Name]> | Extract<T[Name], null> } {
  // The members that are left are those that have a value.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}
