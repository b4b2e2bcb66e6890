import * as v from 'valibot';

/** Names that `v.record` leaves out without a word. */
const WITHHELD = ['__proto__', 'constructor', 'prototype'];

/** An object whose keys are data: like `v.record`, and no key is lost, whatever it is called. */
export function dictionary<const Value extends v.GenericSchema>(
  value: Value,
  key: v.GenericSchema<string, string> = v.string(),
) {
  const schema = v.record(key, value);
  const run = schema['~run'];
  return Object.assign(schema, {
    '~run'(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>): ReturnType<typeof run> {
      const input = dataset.value;
      const result = run.call(schema, dataset, config);
      if (typeof input !== 'object' || input === null) return result;
      for (const name of WITHHELD) {
        if (!Object.hasOwn(input, name)) continue;
        const entry: unknown = Reflect.get(input, name);
        const checked = [
          { ...key['~run']({ value: name }, config), origin: 'key' as const },
          { ...value['~run']({ value: entry }, config), origin: 'value' as const },
        ];
        for (const { issues, origin } of checked)
          for (const issue of issues ?? []) addIssue(result, issue, { origin, input, key: name, value: entry });
        if (checked.some(({ typed }) => !typed)) Object.assign(result, { typed: false });
        Object.defineProperty(result.value, name, {
          value: checked[1]?.value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return result;
    },
  });
}

type Issue = v.BaseIssue<unknown>;

function addIssue(
  result: { issues?: [Issue, ...Issue[]] | undefined },
  issue: Issue,
  at: { origin: 'key' | 'value'; input: object; key: string; value: unknown },
): void {
  const item: v.IssuePathItem = { type: 'unknown', ...at };
  const whole: Issue = { ...issue, path: [item, ...(issue.path ?? [])] };
  if (result.issues) result.issues.push(whole);
  else result.issues = [whole];
}
