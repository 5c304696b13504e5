import { type NextRequest, NextResponse } from 'next/server'
import { pagePolicy } from './src/server/headers.ts'

/**
 * Gives each page its own script nonce; Next puts it on every script it writes, and `x-nonce` tells the layout.
 * Nothing is decided about people here: a request that misses this function gets a page that cannot run, never data.
 */
export function proxy(request: NextRequest): Response {
  const nonce = btoa(crypto.randomUUID())
  const policy = pagePolicy(nonce, process.env.NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

// Pages: what is data never comes to Next.
export const config = { matcher: ['/((?!_next/).*)'] }
