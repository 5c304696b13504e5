/** Where to go after signing in: a path of this Rollcall, or the overview. An address of anywhere else is not followed. */
export function nextPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  try {
    const url = new URL(next, origin)
    if (
      url.origin !== origin ||
      // read again, as a browser does, it would be another host
      url.pathname.startsWith('//') ||
      /^\/(sign-in|setup|invitation)\b/.test(url.pathname) ||
      url.pathname.startsWith('/api/')
    )
      return '/'
    return url.pathname + url.search + url.hash
  } catch {
    return '/'
  }
}
