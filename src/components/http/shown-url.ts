/** A URL as messages show it: without user, password, query and fragment, which often hold secrets. */
export function shownUrl(url: string | URL): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    // Not a URL: its text may hold anything, a password too.
    return 'an invalid URL';
  }
}
