import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

/** How much of a run somebody was told: up to which number of its record, and its last state. */
export interface FeedPlace {
  readonly seq: number;
  /** Empty when none was told. */
  readonly state: string;
}

const FORM = /^(\d{1,15})(?:\.(\d{1,16}-[a-z]{1,20}))?$/;

/** As the id of an event. */
export function placeText({ seq, state }: FeedPlace): string {
  return state === '' ? String(seq) : `${seq}.${state}`;
}

/** Throws FlowMasonError `REQUEST_INVALID`. */
export function parsePlace(text: string | undefined): FeedPlace {
  if (text === undefined || text === '') return { seq: 0, state: '' };
  const match = FORM.exec(text);
  if (!match) fail('REQUEST_INVALID', `Last-Event-ID: Expected the id of an event of a run, found ${quote(text)}`);
  return { seq: Number(match[1]), state: match[2] ?? '' };
}
