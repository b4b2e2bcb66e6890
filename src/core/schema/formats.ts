import { compilePattern } from './pattern.ts';

/** A `format` that is checked; every regular expression here is ours and takes linear time. */
export interface Format {
  readonly example: string;
  test(text: string): boolean;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i;
const DURATION =
  /^P(?:\d+W|(?=\d|T\d)(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LOCAL_PART_UNICODE = /^[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+)*$/u;
const QUOTED_PART = /^"(?:[ !#-[\]-~\u{80}-\u{10ffff}]|\\[ -~])*"$/u;
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/;
const URI_TEXT = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i;
const IRI_TEXT =
  /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=\u{a0}-\u{d7ff}\u{f900}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{efffd}]|%[\da-f]{2})*$/iu;
const URI_TEMPLATE =
  /^(?:[^\0- "<>\\^`{|}%\x7f]|%[\da-f]{2}|\{[+#./;?&=,!@|]?[\w%]+(?:\.[\w%]+)*(?::[1-9]\d{0,3}|\*)?(?:,[\w%]+(?:\.[\w%]+)*(?::[1-9]\d{0,3}|\*)?)*\})*$/i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

function isTime(text: string): boolean {
  const [, hour, minute, second, sign, offsetHour = '0', offsetMinute = '0'] = TIME.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return false;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return false;
  if (Number(second) < 60) return true;
  // A leap second is the last one of a UTC day.
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const utc = (Number(hour) * 60 + Number(minute) - offset + 2_880) % 1_440;
  return second === '60' && utc === 1_439;
}

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label) && !isOddPunycode(label));
}

/** `ab--cd` is reserved but for Punycode. */
function isOddPunycode(label: string): boolean {
  return label.slice(2, 4) === '--' && !/^xn--[a-z\d]/i.test(label);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [i, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':');
    for (const [j, part] of parts.entries()) {
      const last = i === halves.length - 1 && j === parts.length - 1;
      if (last && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (/^[\da-f]{1,4}$/i.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

function isEmail(text: string, local: RegExp, isDomain: (domain: string) => boolean): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > 254) return false;
  const name = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!local.test(name) && !QUOTED_PART.test(name)) return false;
  const literal = /^\[(IPv6:)?(.*)\]$/.exec(domain);
  if (!literal) return isDomain(domain);
  return literal[1] ? isIpv6(literal[2] ?? '') : isIpv4(literal[2] ?? '');
}

/** Labels that may hold any letters: their exact rules (IDNA) need tables that are larger than this program. */
function isWideDomain(domain: string): boolean {
  return domain.length <= 253 && domain.split('.').every((label) => /^[^\s@\p{Cc}]+$/u.test(label));
}

/** RFC 3986: the characters, the brackets of an IPv6 host, the port, one fragment; `absolute` asks for a scheme. */
function isUri(text: string, characters: RegExp, absolute: boolean): boolean {
  if (!characters.test(text) || (absolute && !SCHEME.test(text))) return false;
  const [rest = '', ...fragments] = text.split('#');
  if (fragments.length > 1) return false;
  const scheme = SCHEME.exec(rest)?.[0] ?? '';
  const [path = ''] = rest.slice(scheme.length).split('?');
  if (!path.startsWith('//')) {
    if (/[[\]]/.test(text)) return false;
    // A first segment with a colon would be a scheme, so it has to be a good one.
    return scheme !== '' || !(path.split('/')[0] ?? '').includes(':');
  }
  const [authority = ''] = path.slice(2).split('/');
  const [user = '', ...hosts] = authority.split('@');
  const host = hosts[0] ?? user;
  const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/.exec(host);
  if (!parts || hosts.length > 1 || /[[\]]/.test(authority.slice(0, authority.length - host.length))) return false;
  if (/[[\]]/.test(path.slice(2 + authority.length)) || /[[\]]/.test(rest.slice(scheme.length + path.length)))
    return false;
  const literal = parts[1] ?? '';
  return (
    !literal.startsWith('[') || isIpv6(literal.slice(1, -1)) || /^\[v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+\]$/i.test(literal)
  );
}

/** Formats by name. Others, such as OpenAPI's `int32`, are notes to readers and not checked. */
export const FORMATS: Readonly<Record<string, Format>> = {
  'date-time': {
    example: '2026-01-31T09:30:00Z',
    test: (text) => /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11)),
  },
  date: { example: '2026-01-31', test: isDate },
  time: { example: '09:30:00Z', test: isTime },
  duration: { example: 'P1DT12H', test: (text) => DURATION.test(text) },
  email: { example: 'ada@example.com', test: (text) => isEmail(text, LOCAL_PART, isHostname) },
  'idn-email': { example: 'ada@example.com', test: (text) => isEmail(text, LOCAL_PART_UNICODE, isWideDomain) },
  hostname: { example: 'www.example.com', test: isHostname },
  ipv4: { example: '192.0.2.1', test: isIpv4 },
  ipv6: { example: '2001:db8::1', test: isIpv6 },
  uuid: { example: '2eb8aa08-aa98-11ea-b4aa-73b441d16380', test: (text) => UUID.test(text) },
  uri: { example: 'https://example.com/a', test: (text) => isUri(text, URI_TEXT, true) },
  'uri-reference': { example: '/a?b=c', test: (text) => isUri(text, URI_TEXT, false) },
  iri: { example: 'https://example.com/é', test: (text) => isUri(text, IRI_TEXT, true) },
  'iri-reference': { example: '/é?b=c', test: (text) => isUri(text, IRI_TEXT, false) },
  'uri-template': { example: '/users/{id}', test: (text) => URI_TEMPLATE.test(text) },
  'json-pointer': { example: '/items/0', test: (text) => POINTER.test(text) },
  'relative-json-pointer': { example: '1/name', test: (text) => RELATIVE_POINTER.test(text) },
  regex: { example: '^[a-z]+$', test: (text) => !('problem' in compilePattern(text)) },
};
