import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Env } from '../env.ts'
import { sameSecret, sign } from './secrets.ts'

const sessionHours = 12

/** One signed-in browser. `id` exists so that signing out can end this session before it expires. */
export interface Session {
  id: string
  name: string
  expiresAt: Date
}

const payload = z.strictObject({ id: z.uuid(), name: z.string().min(1), exp: z.number().int().positive() })

const isSecure = (env: Env) => env.baseUrl.protocol === 'https:'

/** Over https the name carries the promise that no other host or path has set it. */
const cookieName = (env: Env) => (isSecure(env) ? '__Host-rollcall_session' : 'rollcall_session')

/** The signature depends on the token too: a changed token ends every session that the old one opened. */
const signature = (env: Env, body: string) =>
  sign(env.sessionSecret, `session:${sign(env.sessionSecret, env.token)}:${body}`)

const cookie = (env: Env, value: string, maxAgeSeconds: number) =>
  [
    `${cookieName(env)}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds}`,
    ...(isSecure(env) ? ['Secure'] : []),
  ].join('; ')

/** A new session of the operator and the Set-Cookie line that carries it, good for 12 hours. */
export function openSession(env: Env, now: Date): { session: Session; setCookie: string } {
  const expiresAt = new Date(now.getTime() + sessionHours * 3_600_000)
  const session: Session = { id: randomUUID(), name: 'operator', expiresAt }
  const body = Buffer.from(
    JSON.stringify({ id: session.id, name: session.name, exp: Math.floor(expiresAt.getTime() / 1000) }),
  ).toString('base64url')
  return { session, setCookie: cookie(env, `${body}.${signature(env, body)}`, sessionHours * 3600) }
}

/** The Set-Cookie line that takes the cookie away. */
export const clearedCookie = (env: Env) => cookie(env, '', 0)

/** The session that these headers carry; null when there is none, it is forged, it ended, or it was signed out. */
export function readSession(headers: Headers, env: Env, now: Date): Session | null {
  const value = cookieValue(headers.get('cookie'), cookieName(env))
  if (value === null) return null
  const [body, signed, ...rest] = value.split('.')
  if (!body || !signed || rest.length > 0 || !sameSecret(signed, signature(env, body))) return null
  const parsed = payload.safeParse(parseJson(Buffer.from(body, 'base64url').toString('utf8')))
  if (!parsed.success) return null
  const session = { id: parsed.data.id, name: parsed.data.name, expiresAt: new Date(parsed.data.exp * 1000) }
  if (session.expiresAt <= now || signedOut.has(session.id)) return null
  return session
}

const slot = Symbol.for('rollcall.web.signedOut')

/**
 * Sessions that were signed out before they expired, with their end. Known to this process only: after a restart a
 * copied cookie would live again until its 12 hours are over; a later stage, with people and roles, stores sessions.
 * On `globalThis`, because the routes that sign out and the routes that check may be separate bundles.
 */
const holder = globalThis as typeof globalThis & { [slot]?: Map<string, number> }
holder[slot] ??= new Map()
const signedOut = holder[slot]

export function endSession(session: Session, now: Date): void {
  for (const [id, until] of signedOut) if (until <= now.getTime()) signedOut.delete(id)
  signedOut.set(session.id, session.expiresAt.getTime())
}

function cookieValue(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
