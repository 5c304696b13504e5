import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { HttpError } from './http.ts'

/** Throws a 401 unless the request carries the bearer token of this control plane. */
export type Guard = (request: IncomingMessage) => void

export function bearerGuard(token: string): Guard {
  // Digests have one length, so the comparison tells nothing about how long the token is or where it differs.
  const expected = digest(token)
  return (request) => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined) throw new HttpError(401, 'a bearer token is required')
    if (!timingSafeEqual(digest(given), expected)) throw new HttpError(401, 'this bearer token is not accepted')
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
