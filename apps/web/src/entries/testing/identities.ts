import {
  type Capability,
  capabilityNames,
  type Grant,
  type Rights,
  type Role,
  rightsOf,
  roleGrant,
  roleNames,
} from '@rollcall/rollout'
import { createToken, openSession, revokeToken } from '@rollcall/services'
import type { TestWorld } from '@rollcall/services/testing'
import { newId } from '@rollcall/store'
import { sessionCookieLine } from '../../auth/cookie.ts'
import { testDeps, testOrigin } from '../../server/testing/deps.ts'

/** Somebody who asks: what they send, and what that gives them; null: it gives nothing any more, or never did. */
export interface Identity {
  name: string
  by: 'session' | 'token'
  headers: Record<string, string>
  rights: Rights | null
}

/** A role, and the environment in which it is held; null: everywhere. */
export interface Held {
  role: Role
  environment: { id: string; slug: string } | null
}

export interface Person {
  id: string
  bySession: Identity
  byToken: Identity
}

/** One person with one role, who comes with a session to pages and with a token of their own to the API of machines. */
export async function person(world: TestWorld, name: string, { role, environment }: Held): Promise<Person> {
  const { ctx, store, clock } = world
  const id = newId('usr')
  const environmentId = environment?.id ?? null
  const granted = { grantedAt: clock.now, grantedBy: 'test' }
  const grants = { create: { id: newId('grt'), role, environmentId, ...granted } }
  await store.db.user.create({ data: { id, name, email: `${id}@x.test`, grants } })
  const session = await openSession(ctx, {
    id: newId('ses'),
    token: `token-of-${id}`,
    userId: id,
    client: null,
    browser: null,
  })
  const rights = rightsOf([roleGrant(role, environmentId)])
  const { token } = await createToken(
    { ...ctx, actor: { name, id, via: 'ui', credential: 'session' } },
    { name, capabilities: role, environments: environment ? [environment.slug] : 'everywhere', expiresInHours: 24 },
  )
  const [cookie = ''] = sessionCookieLine(testDeps().env, session.token).split(';')
  return {
    id,
    bySession: {
      ...{ name: `${name}, by session`, by: 'session', rights },
      headers: { cookie, origin: testOrigin, 'sec-fetch-site': 'same-origin' },
    },
    byToken: { name: `${name}, by token`, by: 'token', rights, headers: bearer(token) },
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const both = ({ bySession, byToken }: Person): Identity[] => [bySession, byToken]
const nothing = (one: Identity): Identity => ({ ...one, rights: null })

/**
 * Nobody, each role everywhere and in one environment, and those who were let in once: a person who was disabled, one who
 * lost all roles, a session that was ended, tokens that were revoked and that ran out.
 */
export async function identities(world: TestWorld, environment: { id: string; slug: string }): Promise<Identity[]> {
  const { db } = world.store
  const roles: Identity[] = []
  for (const role of roleNames) {
    roles.push(...both(await person(world, `${role} everywhere`, { role, environment: null })))
    roles.push(...both(await person(world, `${role} in ${environment.slug}`, { role, environment })))
  }
  const admin = (name: string) => person(world, name, { role: 'admin', environment: null })

  const disabled = await admin('disabled')
  await db.user.update({ where: { id: disabled.id }, data: { disabledAt: world.clock.now } })

  const ended = await admin('ended')
  await db.session.deleteMany({ where: { userId: ended.id } })
  const [revoked] = await db.apiToken.findMany({ where: { ownerId: ended.id } })
  await revokeToken(world.ctx, { id: revoked?.id ?? '' })

  const late = await admin('ran out')
  const past = { expiresAt: new Date(world.clock.now.getTime() - 1) }
  await db.session.updateMany({ where: { userId: late.id }, data: past })
  await db.apiToken.updateMany({ where: { ownerId: late.id }, data: past })

  const bare = await admin('without a role')
  await db.roleGrant.deleteMany({ where: { userId: bare.id } })

  return [
    { name: 'nobody', by: 'session', headers: {}, rights: null },
    { name: 'nobody, by token', by: 'token', headers: {}, rights: null },
    ...roles,
    ...[disabled, ended, late].flatMap(both).map(nothing),
    ...both(bare).map((one) => ({ ...one, rights: new Map() })),
  ]
}

/** A token that may do one thing everywhere. */
export const withOnly = (world: TestWorld, capability: Capability): Promise<Identity> =>
  token(world, `only ${capability}`, [capability])

/** A token that may do everything but one thing. */
export const without = (world: TestWorld, capability: Capability): Promise<Identity> =>
  token(
    world,
    `all but ${capability}`,
    capabilityNames.filter((name) => name !== capability),
  )

async function token(world: TestWorld, name: string, capabilities: Capability[]): Promise<Identity> {
  const made = await createToken(world.ctx, { name, capabilities, environments: 'everywhere', expiresInHours: 24 })
  const grant: Grant = { capabilities, environmentId: null }
  return { name, by: 'token', headers: bearer(made.token), rights: rightsOf([grant]) }
}
