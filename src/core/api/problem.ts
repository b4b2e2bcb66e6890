import * as v from 'valibot';
import type { ProblemDocument } from '../problem-document.ts';
import { ANYTHING, COUNT, list, said, shape } from './shape.ts';

/** An error as it crosses the wire. */
export const PROBLEM_VIEW: v.GenericSchema<ProblemDocument> = shape({
  type: said(v.string(), 'Stable for a code: `urn:flowmason:error:NOT_FOUND`'),
  title: v.string(),
  status: said(COUNT, 'The HTTP status'),
  code: said(v.string(), '`fm explain CODE` tells what it means'),
  detail: said(v.string(), 'What was expected, what was found, and where'),
  hint: v.exactOptional(said(v.string(), 'What to do next')),
  details: v.exactOptional(ANYTHING),
  problems: v.exactOptional(
    said(
      list(
        shape({
          code: v.string(),
          severity: v.picklist(['error', 'warning']),
          message: v.string(),
          hint: v.optional(v.string()),
          file: v.optional(v.string()),
          path: v.optional(list(v.union([v.string(), v.number()]))),
          line: v.optional(COUNT),
          column: v.optional(COUNT),
          length: v.optional(COUNT),
        }),
      ),
      'What is wrong in which pipeline',
    ),
  ),
  request_id: said(v.string(), 'Logs of the server have it'),
});
