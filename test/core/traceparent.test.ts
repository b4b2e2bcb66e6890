import { expect, it } from 'vitest';
import { parseTraceparent, traceFields, traceparentText } from '../../src/core/traceparent.ts';

const [TRACE, SPAN] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

it('reads what the W3C says, and writes it', () => {
  const value = `00-${TRACE}-${SPAN}-01`;
  const parent = { trace: TRACE, span: SPAN, sampled: true };
  expect(parseTraceparent(value)).toEqual(parent);
  expect(traceparentText(parent)).toBe(value);
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ sampled: false });
  // Only the lowest bit says so, and later versions may say more.
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-fe`)).toMatchObject({ sampled: false });
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)).toEqual(parent);
});

it.each([
  undefined,
  null,
  '',
  'null',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01 `,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}0-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01\n00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  '-'.repeat(100_000),
])('passes over %j', (value) => {
  expect(parseTraceparent(value)).toBeUndefined();
});

it('tells lines of a log the span that they are about, else the trace of what led to it, else nothing', () => {
  const value = `00-${TRACE}-${SPAN}-01`;
  const other = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
  expect(traceFields(value, other)).toEqual({ trace_id: TRACE, span_id: SPAN });
  expect(traceFields(undefined, value)).toEqual({ trace_id: TRACE });
  for (const none of [undefined, null, '', '"}', value.toUpperCase(), `00-${'0'.repeat(32)}-${SPAN}-01`])
    expect(traceFields(undefined, none)).toEqual({});
});
