/** One step of a path: `orders[3]` is `{id: 'orders', index: 3}`. */
export interface Step {
  readonly id: string;
  readonly index: number | undefined;
}

const STEP = /^([A-Za-z][A-Za-z0-9_-]*)(?:\[(\d+)\])?$/;

/** The steps of a path such as `orders[3]/lines[0]/pay`; undefined when it is none. */
export function parsePath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  for (const part of path.split('/')) {
    const match = STEP.exec(part);
    if (!match?.[1]) return undefined;
    steps.push({ id: match[1], index: match[2] === undefined ? undefined : Number(match[2]) });
  }
  return steps;
}

/** A path without its indices, as `--from` takes it: `orders/lines/pay`. */
export function stageName(steps: readonly Step[]): string {
  return steps.map((step) => step.id).join('/');
}
