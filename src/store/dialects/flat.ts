/**
 * The same text in one piece. One that was put together is kept in its pieces, and whoever puts something before it, as
 * postgres.js does with every statement, has to gather them all each time.
 */
export function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
