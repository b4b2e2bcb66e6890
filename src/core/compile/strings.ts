import { compileCondition } from '../expression/compile.ts';
import { compileTemplate } from '../expression/template.ts';
import type { Compiled, Expression, ExpressionOptions, References, Template } from '../expression/types.ts';
import type { Json, JsonPath } from '../json.ts';
import type { Report } from './report.ts';

/** Vars and secrets that must exist; secrets that are read where they exist. */
export interface Names {
  readonly vars: Set<string>;
  readonly secrets: Set<string>;
  readonly optionalSecrets: Set<string>;
}

/** Compiles the strings of a file, reports what is wrong in them where it stands, and notes what they need. */
export class Strings {
  readonly #report: Report;
  readonly needs: Names = { vars: new Set(), secrets: new Set(), optionalSecrets: new Set() };

  constructor(report: Report) {
    this.#report = report;
  }

  template(value: Json, path: JsonPath, options: ExpressionOptions, needs: Names = this.needs): Template | undefined {
    return this.#take(compileTemplate(value, options), path, needs);
  }

  /** A bare expression, exactly one template, or a boolean. */
  condition(
    value: string | boolean,
    path: JsonPath,
    options: ExpressionOptions,
    needs: Names = this.needs,
  ): Expression | undefined {
    return this.#take(compileCondition(value, options), path, needs);
  }

  #take<T extends { readonly references: References }>(
    compiled: Compiled<T>,
    path: JsonPath,
    needs: Names,
  ): T | undefined {
    if (compiled.ok) {
      for (const name of compiled.value.references.vars) needs.vars.add(name);
      for (const name of compiled.value.references.secrets) needs.secrets.add(name);
      for (const name of compiled.value.references.optionalSecrets) needs.optionalSecrets.add(name);
      return compiled.value;
    }
    for (const { code, message, hint, start, end, path: inner } of compiled.problems) {
      this.#report.add({ code, message, hint, path: [...path, ...inner], range: [start, end] });
    }
    return undefined;
  }
}

/** What a string may become before it is used; for what can be checked beforehand. */
export function wildness(text: string): 'constant' | 'text' | 'any' {
  if (!text.includes('{{')) return 'constant';
  return text.startsWith('{{') && text.endsWith('}}') ? 'any' : 'text';
}
