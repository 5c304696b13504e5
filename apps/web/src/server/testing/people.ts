import { addPerson, type Context, openOperatorSession, openSession, type RoleHeld } from '@rollcall/services'
import { newId } from '@rollcall/store'
import { sessionCookieLine } from '../../auth/cookie.ts'
import { operatorMark } from '../../auth/session.ts'
import type { Deps } from '../context.ts'

let count = 0

const nobody = async (deps: Deps): Promise<Context> => ({
  store: await deps.store(),
  actor: { name: 'test', via: 'ui' },
  now: deps.now,
})

/** The Cookie header of a browser in which somebody with these roles is signed in. */
export async function signedInAs(deps: Deps, roles: RoleHeld[]): Promise<{ cookie: string; userId: string }> {
  const ctx = await nobody(deps)
  const n = ++count
  const { person } = await addPerson(ctx, { name: `Person ${n}`, email: `person-${newId('usr')}@x.test`, roles })
  return { cookie: await signInOf(deps, person.id), userId: person.id }
}

/** Another browser of somebody. */
export async function signInOf(deps: Deps, userId: string): Promise<string> {
  const id = newId('ses')
  await openSession(await nobody(deps), { id, token: `token-of-${id}`, userId, client: '192.0.2.1', browser: 'test' })
  return cookieOf(deps, `token-of-${id}`)
}

/** The same of whoever signed in with the operator token. */
export async function signedInAsOperator(deps: Deps): Promise<string> {
  const mark = operatorMark(deps.env()) ?? ''
  const { token } = await openOperatorSession(await nobody(deps), { mark, client: '192.0.2.1', browser: 'test' })
  return cookieOf(deps, token)
}

const cookieOf = (deps: Deps, token: string) => sessionCookieLine(deps.env(), token).split(';')[0] as string
