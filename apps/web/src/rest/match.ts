import type { Route } from './route.ts'

export interface Match {
  route: Route
  /** path parameters by their name in the pattern */
  params: Record<string, string>
}

/**
 * Every route whose pattern fits the segments, whatever its method; empty when the path names nothing. A path that is
 * written out is that place, never the name of something beside it.
 */
export function matchPath(table: readonly Route[], segments: readonly string[]): Match[] {
  const matches = everyMatch(table, segments)
  const written = matches.filter(({ params }) => Object.keys(params).length === 0)
  return written.length > 0 ? written : matches
}

function everyMatch(table: readonly Route[], segments: readonly string[]): Match[] {
  return table.flatMap((route) => {
    const pattern = route.path.split('/').slice(1)
    if (pattern.length !== segments.length) return []
    const params: [string, string][] = []
    for (const [index, part] of pattern.entries()) {
      const segment = segments[index] as string
      if (part.startsWith(':')) params.push([part.slice(1), segment])
      else if (part !== segment) return []
    }
    return [{ route, params: Object.fromEntries(params) }]
  })
}

/** The methods that a path answers, as `Allow` wants them. HEAD comes with GET. */
export function allowedMethods(matches: readonly Match[]): string {
  const methods = matches.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
  return [...new Set([...methods, 'OPTIONS'])].join(', ')
}

/** The decoded segments of a path below `prefix`; null when one of them is not valid percent-encoding. */
export function segmentsBelow(prefix: string, pathname: string): string[] | null {
  const parts = pathname.slice(prefix.length).split('/').slice(1)
  if (parts.at(-1) === '') parts.pop()
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return null
  }
}
