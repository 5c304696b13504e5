import type { Env } from '../env.ts'
import { sameSecret } from './secrets.ts'
import { readSession } from './session.ts'

/** What a caller may do. `read` looks, `operate` changes what happens to a fleet. */
export const permissions = ['read', 'operate'] as const
export type Permission = (typeof permissions)[number]

/** Who asks, how that was proven, and what it allows. In this stage there is one operator, who may do both. */
export interface Principal {
  name: string
  by: 'session' | 'token'
  permissions: ReadonlySet<Permission>
}

const operator = (by: Principal['by'], name = 'operator'): Principal => ({
  name,
  by,
  permissions: new Set(permissions),
})

/** The token of `Authorization: Bearer …`; null when the header is missing or says something else. */
function bearerToken(headers: Headers): string | null {
  const match = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')
  return match?.[1] ?? null
}

/** A machine's identity: the token and nothing else. A cookie proves nothing here, so no page can speak for it. */
export function machineOf(headers: Headers, env: Env): Principal | null {
  const token = bearerToken(headers)
  return token !== null && sameSecret(token, env.token) ? operator('token') : null
}

/** A screen's identity: its session, or the token. A header with a wrong token is not rescued by a good cookie. */
export function principalOf(headers: Headers, env: Env, now: Date): Principal | null {
  if (headers.has('authorization')) return machineOf(headers, env)
  const session = readSession(headers, env, now)
  return session === null ? null : operator('session', session.name)
}
