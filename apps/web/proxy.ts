import { type NextRequest, NextResponse } from 'next/server'
import { dataPolicy, pagePolicy } from './src/server/headers.ts'
import { requestIdOf } from './src/server/request-id.ts'

/**
 * Gives each page its own script nonce; Next puts it on every script it writes, and `x-nonce` tells the layout.
 * Nothing is decided about people here: a request that misses this function gets a page that cannot run, never data.
 */
export function proxy(request: NextRequest): Response {
  if (!isDecodable(request.nextUrl.pathname)) return malformedPath(request)
  const nonce = btoa(crypto.randomUUID())
  const policy = pagePolicy(nonce, process.env.NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-request-id', requestIdOf(request.headers))
  return response
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
}

/**
 * Next itself would answer 500: it decodes the path before any route of ours could look at it. Written out here and not
 * taken from the problems of the API, which know the services: this function runs before every page.
 */
function malformedPath(request: NextRequest): Response {
  const requestId = requestIdOf(request.headers)
  const problem = {
    type: 'about:blank',
    title: 'Malformed request',
    status: 400,
    code: 'malformed',
    detail: 'The path is not valid percent-encoded UTF-8.',
    field: null,
    remedy: 'Correct the path.',
    requestId,
  }
  const headers = {
    'content-type': 'application/problem+json',
    'content-security-policy': dataPolicy,
    'x-request-id': requestId,
  }
  return new Response(JSON.stringify(problem), { status: 400, headers })
}

// Pages, and those data paths that need decoding. All other data paths must not come here: Next would copy their body
// before the route could refuse its size.
export const config = { matcher: ['/((?!api/|_next/|healthz$|readyz$|buildinfo$).*)', '/api/(.*%.*)'] }
