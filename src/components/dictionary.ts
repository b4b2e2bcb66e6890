import * as v from 'valibot';

/** Names that `v.record` leaves out without a word. */
const WITHHELD = ['__proto__', 'constructor', 'prototype'];

/** An object whose keys are data: like `v.record`, and no key is lost, whatever it is called. */
export function dictionary<const Value extends v.GenericSchema>(value: Value) {
  const schema = v.record(v.string(), value);
  const run = schema['~run'];
  return Object.assign(schema, {
    '~run'(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>): ReturnType<typeof run> {
      const input = dataset.value;
      const result = run.call(schema, dataset, config);
      if (typeof input !== 'object' || input === null) return result;
      for (const key of WITHHELD) {
        if (!Object.hasOwn(input, key)) continue;
        const entry: unknown = Reflect.get(input, key);
        const checked = value['~run']({ value: entry }, config);
        for (const issue of checked.issues ?? []) addIssue(result, issue, { input, key, value: entry });
        if (!checked.typed) Object.assign(result, { typed: false });
        Object.defineProperty(result.value, key, {
          value: checked.value,
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
  at: { input: object; key: string; value: unknown },
): void {
  const item: v.IssuePathItem = { type: 'unknown', origin: 'value', ...at };
  const whole: Issue = { ...issue, path: [item, ...(issue.path ?? [])] };
  if (result.issues) result.issues.push(whole);
  else result.issues = [whole];
}
