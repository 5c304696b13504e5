import type { Env } from '../env.ts'
import { sameSecret, signBase64 } from '../server/secrets.ts'

const isSecure = (env: Env) => env.baseUrl.protocol === 'https:'

/** Over https the name carries the promise that no other host or path has set it. */
const named = (env: Env, name: string) => (isSecure(env) ? `__Host-${name}` : name)

export const sessionCookie = (env: Env) => named(env, 'rollcall_session')
/** Binds the way to the provider and back to one browser. */
export const stateCookie = (env: Env) => named(env, 'rollcall_state')

export const cookieAttributes = (env: Env) =>
  ({ secure: isSecure(env), httpOnly: true, sameSite: 'lax', path: '/' }) as const

/** As long as a session can live at all; when it ends before, the database says so. */
export const cookieSeconds = 24 * 3600

/** The token in the session's cookie; null when there is none, or nobody here has signed it. */
export function sessionToken(headers: Headers, env: Env): string | null {
  const value = cookieValue(headers.get('cookie'), sessionCookie(env))
  const at = value?.lastIndexOf('.') ?? -1
  if (value === null || at < 1) return null
  const token = value.slice(0, at)
  return sameSecret(value.slice(at + 1), signBase64(env.sessionSecret, token)) ? token : null
}

/** The Set-Cookie line of a session that better-auth did not open: in the very form that it gives its own. */
export function sessionCookieLine(env: Env, token: string): string {
  const value = encodeURIComponent(`${token}.${signBase64(env.sessionSecret, token)}`)
  return line(env, value, cookieSeconds)
}

/** The Set-Cookie line that takes the cookie away. */
export const clearedCookie = (env: Env) => line(env, '', 0)

const line = (env: Env, value: string, seconds: number) =>
  [
    `${sessionCookie(env)}=${value}`,
    `Max-Age=${seconds}`,
    'Path=/',
    'HttpOnly',
    ...(isSecure(env) ? ['Secure'] : []),
    'SameSite=Lax',
  ].join('; ')

function cookieValue(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 1 || part.slice(0, at).trim() !== name) continue
    try {
      return decodeURIComponent(part.slice(at + 1).trim())
    } catch {
      return null
    }
  }
  return null
}
