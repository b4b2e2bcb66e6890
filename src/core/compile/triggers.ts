import type { ExpressionOptions } from '../expression/types.ts';
import { isObject, type Json, type JsonObject, type JsonPath, own } from '../json.ts';
import { quote } from '../quote.ts';
import { didYouMean } from './fit.ts';
import type { Report } from './report.ts';
import type { Rules } from './rules.ts';
import { NO_SECRET } from './secrets.ts';
import type { Names, Strings } from './strings.ts';

/** A trigger sees what started it and the environment's variables (PIPELINES.md 1). */
export const SEES_TRIGGER: ExpressionOptions = { locals: ['trigger'], without: ['input', 'stages', 'context'] };

/** A webhook's shared secret is made of secrets alone. */
export const SEES_SECRETS: ExpressionOptions = { without: ['input', 'stages', 'context', 'vars'] };

/** Checks what the shape of a trigger does not say, and answers which vars and secrets triggers need. */
export function checkTriggers(definition: JsonObject, strings: Strings, rules: Rules, report: Report): Names {
  const needs: Names = { vars: new Set(), secrets: new Set(), optionalSecrets: new Set() };
  const list = own(definition, 'triggers');
  const ids = new Set<string>();
  for (const [i, trigger] of (Array.isArray(list) ? list : []).entries()) {
    if (!isObject(trigger)) continue;
    const path = ['triggers', i];
    checkUnique(own(trigger, 'id'), ids, [...path, 'id'], report);
    if (trigger.type === 'schedule') checkSchedule(trigger, path, rules, report);
    else if (trigger.type === 'webhook') checkWebhook(trigger, path, strings, needs, report);
    if (Object.hasOwn(trigger, 'input')) {
      // Members of a JSON object are JSON.
      strings.template(
        trigger.input as Json,
        [...path, 'input'],
        { ...SEES_TRIGGER, noSecrets: NO_SECRET.input },
        needs,
      );
    }
  }
  return needs;
}

function checkUnique(id: unknown, ids: Set<string>, path: JsonPath, report: Report): void {
  if (typeof id !== 'string') return;
  if (ids.has(id)) {
    const message = `${quote(id)} is already the id of another trigger`;
    report.add({ code: 'DUPLICATE_ID', path, message, hint: 'Rename one of the two' });
  }
  ids.add(id);
}

function checkSchedule(trigger: Record<string, unknown>, path: JsonPath, rules: Rules, report: Report): void {
  const { cron, timezone } = trigger;
  const wrong = typeof cron === 'string' && cron !== '' ? rules.cron?.(cron) : undefined;
  if (wrong !== undefined) {
    report.add({
      code: 'INVALID_CRON',
      path: [...path, 'cron'],
      message: `This is not a cron pattern: ${wrong}`,
      hint: 'Write minute, hour, day of month, month, day of week, e.g. `0 6 * * 1-5` for 06:00 on workdays',
    });
  }
  if (typeof timezone === 'string' && timezone !== 'UTC' && !isTimezone(timezone)) {
    const near = report.nearest(timezone, Intl.supportedValuesOf('timeZone'));
    const message = `There is no time zone ${quote(timezone)}`;
    const hint = didYouMean(near) ?? 'Write an IANA name such as `Europe/Berlin`, or `UTC`';
    report.add({ code: 'INVALID_TIMEZONE', path: [...path, 'timezone'], message, hint });
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const PATH = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

function checkWebhook(
  trigger: Record<string, unknown>,
  path: JsonPath,
  strings: Strings,
  needs: Names,
  report: Report,
): void {
  if (typeof trigger.path === 'string' && trigger.path !== '' && !PATH.test(trigger.path)) {
    const message = `\`path\` must be one part of a URL: letters, digits, \`-\` and \`_\`; found "${trigger.path}"`;
    const bare = trigger.path.replace(/^\/+|\/+$/g, '');
    const hint = PATH.test(bare) ? `Write \`"${bare}"\`` : undefined;
    report.add({ code: 'INVALID_VALUE', path: [...path, 'path'], message, hint });
  }
  const { signature, dedupe } = trigger;
  if (isObject(signature)) checkSignature(signature, [...path, 'signature'], strings, needs, report);
  const key = isObject(dedupe) ? own(dedupe, 'key') : undefined;
  if (typeof key === 'string') {
    const options = { ...SEES_TRIGGER, noSecrets: NO_SECRET.dedupeKey };
    strings.template(key, [...path, 'dedupe', 'key'], options, needs);
  }
}

function checkSignature(
  signature: Record<string, unknown>,
  path: JsonPath,
  strings: Strings,
  needs: Names,
  report: Report,
): void {
  const { scheme, secret } = signature;
  const needed =
    scheme === 'hmac' ? ['header', 'secret'] : scheme === 'github' || scheme === 'stripe' ? ['secret'] : [];
  for (const field of needed) {
    if (Object.hasOwn(signature, field)) continue;
    const message = `${quote(field)} is missing: the scheme ${quote(String(scheme))} cannot check a signature without it`;
    const sample = field === 'secret' ? '{{ secrets.WEBHOOK_SECRET }}' : 'X-Signature';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: `Add \`"${field}": "${sample}"\`` });
  }
  if (typeof secret !== 'string') return;
  strings.template(secret, [...path, 'secret'], SEES_SECRETS, needs);
  if (!secret.includes('{{')) {
    const message = 'The shared secret stands in the file, where everybody can read it';
    report.add({
      code: 'WRITTEN_SECRET',
      severity: 'warning',
      path: [...path, 'secret'],
      message,
      hint: 'Write `"{{ secrets.NAME }}"`',
    });
  }
}
