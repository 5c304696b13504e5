import { findSession, type SessionFound } from '@rollcall/services'
import type { Env } from '../env.ts'
import type { Deps } from '../server/context.ts'
import { sign } from '../server/secrets.ts'
import { inputHeader } from '../trpc/input-header.ts'
import { sessionToken } from './cookie.ts'

/** The session that these headers carry, as the database has it at this moment; null when there is none. */
export async function readSession(headers: Headers, deps: Deps): Promise<SessionFound | null> {
  const env = deps.env()
  const token = sessionToken(headers, env)
  if (token === null) return null
  const asking = { store: await deps.store(), now: deps.now }
  // a page that only goes on asking by itself says nothing of anybody
  return findSession(asking, token, operatorMark(env), headers.has(inputHeader))
}

/** Tells operator tokens apart without telling any of them; null: there is none. Sessions of another one are over. */
export const operatorMark = (env: Env): string | null =>
  env.token === null
    ? null
    : Buffer.from(sign(env.sessionSecret, `operator token ${env.token}`), 'base64url')
        .toString('hex')
        .slice(0, 32)
