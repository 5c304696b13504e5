import { allRights, type Rights } from '@rollcall/rollout'
import { credentialOf, operatorId } from '@rollcall/services'
import { readSession } from '../auth/session.ts'
import { apiTokenPrincipal } from './api-token.ts'
import type { Deps } from './context.ts'
import { sameSecret } from './secrets.ts'

/** Who asks, how that was proven, and what it allows. */
export interface Principal {
  /** usr_… or tok_…; null: the operator token, which is nobody in particular */
  id: string | null
  name: string
  by: 'session' | 'token'
  /** what proved it, told so that it can be found and ended, never so that it can be used */
  credential: string
  rights: Rights
}

/** Whoever has the operator token: nobody in particular, who may do everything. */
const operator: Principal = {
  id: null,
  name: 'operator',
  by: 'token',
  credential: 'operator token',
  rights: allRights,
}

/** The token of `Authorization: Bearer …`; null when the header is missing or says something else. */
function bearerToken(headers: Headers): string | null {
  const match = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')
  return match?.[1] ?? null
}

/** A machine's identity: the operator token or an API token, and nothing else. A cookie proves nothing here, so no page can speak for it. */
export async function machineOf(headers: Headers, deps: Deps): Promise<Principal | null> {
  const token = bearerToken(headers)
  if (token === null) return null
  const { token: known } = deps.env()
  return known !== null && sameSecret(token, known) ? operator : apiTokenPrincipal(token, headers, deps)
}

/** A screen's identity: its session, or the token. A header with a wrong token is not rescued by a good cookie. */
export async function principalOf(headers: Headers, deps: Deps): Promise<Principal | null> {
  if (headers.has('authorization')) return machineOf(headers, deps)
  const session = await readSession(headers, deps)
  if (session === null) return null
  const { id, userId, name, rights } = session
  return { id: userId === operatorId ? null : userId, name, by: 'session', credential: credentialOf(id), rights }
}
