/** The path of a request as it was sent: nothing is decoded, so `%65nvironment` is not `environment`. */
export function pathOf({ url }: Pick<Request, 'url'>): string {
  const start = url.indexOf('/', url.indexOf('://') + '://'.length);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}
