/** The path of a request as it was sent: nothing is decoded, so `%65nvironment` is not `environment`. */
export function pathOf({ url }: Pick<Request, 'url'>): string {
  const start = url.indexOf('/', url.indexOf('://') + '://'.length);
  return start === -1 ? '/' : pathFrom(url, start);
}

/** What stands from there to the query or the fragment. */
export function pathFrom(url: string, start: number): string {
  const query = url.indexOf('?', start);
  const fragment = url.indexOf('#', start);
  const end = query === -1 || (fragment !== -1 && fragment < query) ? fragment : query;
  return end === -1 ? url.slice(start) : url.slice(start, end);
}
