import { compileBare, compileCondition } from '../expression/condition.ts';
import { compileTemplate, type TemplateOptions } from '../expression/template.ts';
import type { Compiled, Expression, ExpressionOptions, References, Template } from '../expression/types.ts';
import type { Json, JsonPath } from '../json.ts';
import type { Report } from './report.ts';

/** Vars and secrets that must exist, and secrets that are read where they exist. */
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

  template(value: Json, path: JsonPath, options: TemplateOptions, needs: Names = this.needs): Template | undefined {
    return this.#take(compileTemplate(value, options), path, needs);
  }

  /** A bare expression, exactly one template, or a boolean, that decides something. */
  condition(value: string | boolean, path: JsonPath, options: ExpressionOptions): Expression | undefined {
    return this.#take(compileCondition(value, options), path, this.needs);
  }

  /** The same for any value. */
  bare(value: string, path: JsonPath, options: ExpressionOptions): Expression | undefined {
    return this.#take(compileBare(value, options), path, this.needs);
  }

  #take<T extends { readonly references: References }>(
    compiled: Compiled<T>,
    path: JsonPath,
    needs: Names,
  ): T | undefined {
    if (compiled.ok) {
      const { vars, secrets, optionalSecrets } = compiled.value.references;
      for (const name of vars) needs.vars.add(name);
      for (const name of secrets) needs.secrets.add(name);
      for (const name of optionalSecrets) needs.optionalSecrets.add(name);
      return compiled.value;
    }
    for (const { code, message, hint, start, end, path: inner } of compiled.problems) {
      const text = { message: sentence(message), hint: hint && sentence(hint) };
      this.#report.add({ code, ...text, path: [...path, ...inner], range: [start, end] });
    }
    return undefined;
  }
}

/** What a string may become before it is used; for what can be checked beforehand. */
export function wildness(text: string): 'constant' | 'text' | 'any' {
  if (!text.includes('{{')) return 'constant';
  return text.startsWith('{{') && text.endsWith('}}') ? 'any' : 'text';
}

/** First words that are no names of a program: a problem begins as sentences do. */
const PLAIN =
  /^(a|add|after|all|an|bytes|call|carry|compare|compute|end|give|keys|leave|numbers|only|put|remove|split|stages|the|there|this|these|two|use|what|whole|write)\b(?=[ ,:'])/;

function sentence(text: string): string {
  return PLAIN.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
