import type { Json } from './json.ts';

export const MASK = '***';

/** Replaces every known secret, also in its encoded forms, before anything is shown, logged, sent or recorded. */
export interface Masker {
  /** Adds a value to what is masked from now on. */
  add(value: string): void;
  text(text: string): string;
  /** The same value when nothing had to be masked, else a masked copy. Keys are masked too. */
  json(value: Json): Json;
  /** Whether there is anything to mask. */
  readonly empty: boolean;
}

/** Values shorter than this are masked where they stand alone only: inside other text `1` would turn 10 into `***0`. */
const SHORTEST = 4;

export function createMasker(values: Iterable<string> = []): Masker {
  const needles = new Set<string>();
  const short = new Set<string>();
  let ordered: string[] = [];
  const add = (value: string): void => {
    if (value.length < SHORTEST) {
      if (value !== '') short.add(value);
      return;
    }
    for (const form of encodedForms(value)) needles.add(form);
    // Longest first, so that a secret that contains another one leaves no tail behind.
    ordered = [...needles].sort((a, b) => b.length - a.length);
  };
  for (const value of values) add(value);

  const inside = (input: string): string => {
    let out = input;
    for (const needle of ordered) if (out.includes(needle)) out = out.replaceAll(needle, MASK);
    return out;
  };
  const text = (input: string): string => (short.has(input) ? MASK : inside(input));
  const json = (value: Json): Json => {
    if (ordered.length === 0 && short.size === 0) return value;
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return mapArray(value, json);
    return mapObject(value, inside, json);
  };
  return {
    add,
    text,
    json,
    get empty() {
      return ordered.length === 0 && short.size === 0;
    },
  };
}

function mapArray(list: Json[], json: (value: Json) => Json): Json[] {
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as Json;
    const after = json(before);
    if (after !== before) copy ??= list.slice();
    if (copy) copy[i] = after;
  }
  return copy ?? list;
}

function mapObject(object: { [key: string]: Json }, text: (t: string) => string, json: (v: Json) => Json): Json {
  let changed = false;
  const entries: [string, Json][] = [];
  for (const [key, before] of Object.entries(object)) {
    const after = json(before);
    const name = text(key);
    if (after !== before || name !== key) changed = true;
    entries.push([name, after]);
  }
  return changed ? Object.fromEntries(entries) : object;
}

/** A secret as it may turn up in headers, URLs, JSON texts and dumps. */
function encodedForms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const base64 = encodeBase64(bytes);
  const base64Url = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const forms = [value, base64, base64.replace(/=+$/, ''), base64Url, hex, hex.toUpperCase()];
  forms.push(JSON.stringify(value).slice(1, -1));
  try {
    forms.push(encodeURIComponent(value), encodeURIComponent(value).replaceAll('%20', '+'));
  } catch {
    // A lone surrogate has no URL form.
  }
  return forms.filter((form) => form.length >= SHORTEST);
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8_192) {
    // Ten times as fast as spreading the bytes.
    binary += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + 8_192)) as string;
  }
  return btoa(binary);
}
