import type { AnyVerb } from '../verb.ts';

/** One entry of `ROUTES`, taken apart. */
export interface RouteEntry {
  readonly route: string;
  readonly method: string;
  /** `/runs/:id` */
  readonly path: string;
  readonly verb: AnyVerb;
}

/** The routes in the order to look at them: words before placeholders, so that `/runs/:id` never takes `/runs/bulk`. */
export function routeTable(routes: Readonly<Record<string, AnyVerb>>): RouteEntry[] {
  const entries = Object.entries(routes).map(([route, verb]) => {
    const [method = '', path = ''] = route.split(' ');
    return { route, method, path, verb };
  });
  const rank = ({ path }: RouteEntry): string => path.replaceAll(':', '\u{ffff}');
  return entries.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
