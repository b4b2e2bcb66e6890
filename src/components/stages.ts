import * as v from 'valibot';

/** An id, or a list of them, of stages that a control stage owns or gates. */
export const STAGE_IDS = v.union([v.string(), v.array(v.string())]);

/** A condition: true or false once it is evaluated, an expression in the file. */
export const CONDITION = v.union([v.boolean(), v.string()]);
