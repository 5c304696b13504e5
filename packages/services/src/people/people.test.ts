import { type Capability, rightsOf } from '@rollcall/rollout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { type TestWorld, testWorld } from '../testing/index.ts'
import {
  acceptInvitation,
  addPerson,
  changePassword,
  credentialOf,
  deletePerson,
  disablePerson,
  enablePerson,
  endSession,
  endSessions,
  findSession,
  getPerson,
  invitePerson,
  listOwnSessions,
  listPeople,
  openSession,
  setRoles,
  signOut,
} from './index.ts'
import { verifyPassword } from './password.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

let made = 0
const everywhere = (role: string) => ({ role, environment: null })
const password = 'correct horse battery staple'

/** A person with a password and these roles. */
async function person(roles: object[], name = `Person ${++made}`) {
  const email = `p${++made}@x.test`
  const { person, link } = await addPerson(world.ctx, { name, email, roles })
  await acceptInvitation(world.ctx, { secret: link.secret, password })
  return { ...person, email }
}

async function signIn(userId: string) {
  const token = `token-${++made}`
  const session = await openSession(world.ctx, {
    id: `ses_${made}`,
    token,
    userId,
    client: '192.0.2.1',
    browser: 'Firefox',
  })
  const as: Context = {
    ...world.ctx,
    actor: { name: 'self', via: 'ui', id: userId, credential: credentialOf(session.id) },
  }
  return { ...session, as, alive: async () => (await findSession(world.ctx, token, null)) !== null }
}

const audited = (userId: string) =>
  world.store.db.auditEntry.findMany({ where: { subjectId: userId }, orderBy: { id: 'asc' } })

/** There is always an administrator who is none of those that the tests are about. */
let admin: { id: string }
beforeAll(async () => {
  admin = await person([everywhere('admin')], 'Ada')
})

describe('adding somebody', () => {
  it('answers a link once, with which they choose a password, once and within 24 hours', async () => {
    const { person, link } = await addPerson(world.ctx, {
      name: ' Vera ',
      email: 'Vera@X.Test',
      roles: [everywhere('viewer'), { role: 'operator', environment: 'production' }, everywhere('viewer')],
    })
    expect(person).toMatchObject({
      name: 'Vera',
      email: 'vera@x.test',
      comesIn: 'not_yet',
      roles: [everywhere('viewer'), { role: 'operator', environment: 'production' }],
      invitedUntil: link.expiresAt,
    })
    const stored = await world.database.query('select hash from invitations where user_id = $1', [person.id])
    expect(JSON.stringify(stored)).not.toContain(link.secret)
    await acceptInvitation(world.ctx, { secret: link.secret, password })
    await expect(acceptInvitation(world.ctx, { secret: link.secret, password })).rejects.toMatchObject({
      code: 'refused',
    })
    expect(await getPerson(world.ctx, { id: person.id })).toMatchObject({ comesIn: 'password', invitedUntil: null })
    const { link: late } = await invitePerson(world.ctx, { id: person.id })
    world.clock.pass(24 * 3600)
    await expect(acceptInvitation(world.ctx, { secret: late.secret, password })).rejects.toMatchObject({
      code: 'refused',
    })
    const rows = await audited(person.id)
    expect(rows.map(({ action }) => action)).toEqual(['person.add', 'person.accept', 'person.invite'])
    expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
      new RegExp(`${link.secret}|${late.secret}|${password}`),
    )
  })

  it('is refused for an address that somebody has, and for an environment that there is not', async () => {
    const { email } = await person([everywhere('viewer')])
    const again = addPerson(world.ctx, { name: 'Eve', email: email.toUpperCase(), roles: [] })
    await expect(again).rejects.toMatchObject({ code: 'refused', field: 'email' })
    const nowhere = addPerson(world.ctx, {
      name: 'Eve',
      email: 'e@x.test',
      roles: [{ role: 'viewer', environment: 'mars' }],
    })
    await expect(nowhere).rejects.toMatchObject({ code: 'not_found', field: 'roles' })
    expect(await world.store.db.user.count({ where: { email: 'e@x.test' } })).toBe(0)
  })

  it('lists people by a part of the name, and what looks like a pattern is only text', async () => {
    await person([], 'Per_cent 100%')
    expect((await listPeople(world.ctx, { q: '100%' })).items.map(({ name }) => name)).toEqual(['Per_cent 100%'])
    expect((await listPeople(world.ctx, { q: '%' })).items).toHaveLength(1)
    const first = await listPeople(world.ctx, { limit: 1 })
    const next = await listPeople(world.ctx, { limit: 1, cursor: first.nextCursor as string })
    expect(next.items[0]?.id).not.toBe(first.items[0]?.id)
  })
})

describe('a change of what somebody may do', () => {
  it('replaces the whole set, tells before and after, and ends their sessions; the same set changes nothing', async () => {
    const { id } = await person([everywhere('viewer')])
    const session = await signIn(id)
    await setRoles(world.ctx, { id, roles: [everywhere('viewer')] })
    expect(await session.alive()).toBe(true)
    const view = await setRoles(world.ctx, { id, roles: [{ role: 'releaser', environment: 'production' }] })
    expect(view.roles).toEqual([{ role: 'releaser', environment: 'production' }])
    expect(await session.alive()).toBe(false)
    expect((await audited(id)).at(-1)).toMatchObject({
      action: 'person.roles',
      before: { roles: ['viewer'] },
      after: { roles: ['releaser@production'] },
      detail: { sessionsEnded: 1 },
    })
  })

  it('never leaves nobody who can say who may do what, also not when two go at once', async () => {
    const [one, other] = await Promise.all([person([everywhere('admin')]), person([everywhere('admin')])])
    await setRoles(world.ctx, { id: admin.id, roles: [] })
    const results = await Promise.allSettled([
      setRoles(world.ctx, { id: one.id, roles: [everywhere('viewer')] }),
      disablePerson(world.ctx, { id: other.id }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const left = results[0].status === 'rejected' ? one.id : other.id
    await expect(deletePerson(world.ctx, { id: left })).rejects.toMatchObject({
      code: 'refused',
      message: 'Then nobody would be left who can say who may do what.',
    })
    // an administrator of one environment is none of all, and one who never chose a password cannot come in
    await addPerson(world.ctx, { name: 'Not yet', email: 'notyet@x.test', roles: [everywhere('admin')] })
    await person([{ role: 'admin', environment: 'production' }])
    await expect(setRoles(world.ctx, { id: left, roles: [] })).rejects.toMatchObject({ code: 'refused' })
    await setRoles(world.ctx, { id: admin.id, roles: [everywhere('admin')] })
    await setRoles(world.ctx, { id: left, roles: [] })
  })

  it('disables and enables, and nobody disables or deletes themselves', async () => {
    const { id } = await person([everywhere('admin')])
    const session = await signIn(id)
    await expect(disablePerson(session.as, { id })).rejects.toMatchObject({ code: 'refused' })
    await expect(deletePerson(session.as, { id })).rejects.toMatchObject({ code: 'refused' })
    await disablePerson(world.ctx, { id })
    expect(await session.alive()).toBe(false)
    await expect(signIn(id)).rejects.toMatchObject({ details: [{ code: 'disabled' }] })
    await enablePerson(world.ctx, { id })
    expect(await (await signIn(id)).alive()).toBe(true)
  })

  it('deletes with everything that let them in, and keeps what they were in the record', async () => {
    const { id, email } = await person([everywhere('operator')])
    const session = await signIn(id)
    await deletePerson(world.ctx, { id })
    expect(await session.alive()).toBe(false)
    await expect(getPerson(world.ctx, { id })).rejects.toMatchObject({ code: 'not_found' })
    expect((await audited(id)).at(-1)).toMatchObject({
      action: 'person.delete',
      before: { email, roles: ['operator'] },
    })
  })

  it('lets nobody in who may do nothing at all', async () => {
    const { id } = await person([])
    await expect(signIn(id)).rejects.toMatchObject({ details: [{ code: 'no_role' }] })
  })
})

describe('whoever may say who may do what', () => {
  const only = (...capabilities: Capability[]): Context => ({
    ...world.ctx,
    actor: { name: 'Hank', via: 'ui', id: 'usr_hank' },
    rights: rightsOf([{ capabilities, environmentId: null }]),
  })
  const waysToStay = (): [string, (ctx: Context) => Promise<unknown>][] => [
    ['add', (ctx) => addPerson(ctx, { name: 'Eve', email: 'eve@x.test', roles: [everywhere('admin')] })],
    ['invite', (ctx) => invitePerson(ctx, { id: admin.id })],
    ['set roles', (ctx) => setRoles(ctx, { id: admin.id, roles: [everywhere('admin'), everywhere('viewer')] })],
    ['enable', (ctx) => enablePerson(ctx, { id: disabledAdmin.id })],
  ]
  let disabledAdmin: { id: string }
  beforeAll(async () => {
    disabledAdmin = await person([everywhere('admin')])
    await disablePerson(world.ctx, { id: disabledAdmin.id })
  })

  it('lets nobody in and gives no role with a token, which could stay for ever by it', async () => {
    const actor = { name: 'a token', via: 'api' as const, id: 'tok_1' }
    for (const [name, way] of waysToStay()) {
      const tried = way({ ...world.ctx, actor })
      await expect(tried, name).rejects.toMatchObject({ code: 'refused', message: /^An API token does not / })
    }
    // to keep somebody out is no way to stay
    const other = await person([everywhere('viewer')])
    expect(await disablePerson({ ...world.ctx, actor }, { id: other.id })).toMatchObject({ id: other.id })
  })

  it('gives no more than they may do themselves, nor lets in who may', async () => {
    for (const [name, way] of waysToStay()) {
      const tried = way(only('people.manage', 'read'))
      await expect(tried, name).rejects.toMatchObject({ code: 'refused', field: 'roles', message: /^You cannot give / })
    }
    const { person: made } = await addPerson(only('people.manage', 'read'), {
      ...{ name: 'Vic', email: 'vic@x.test', roles: [everywhere('viewer')] },
    })
    expect(made.roles).toEqual([everywhere('viewer')])
  })
})

describe('a session', () => {
  it('lives for 8 hours after it was used last, and for 24 at the longest', async () => {
    const { id } = await person([everywhere('viewer')])
    const idle = await signIn(id)
    world.clock.pass(8 * 3600 - 1)
    expect(await idle.alive()).toBe(true)
    world.clock.pass(8 * 3600 - 1)
    expect(await idle.alive()).toBe(true)
    world.clock.pass(8 * 3600)
    expect(await idle.alive()).toBe(false)
    const busy = await signIn(id)
    for (let hour = 0; hour < 23; hour++) {
      world.clock.pass(3600)
      expect(await busy.alive()).toBe(true)
    }
    world.clock.pass(3600)
    expect(await busy.alive()).toBe(false)
  })

  it('ends when its person signs out, and when somebody ends it', async () => {
    const { id } = await person([everywhere('viewer')])
    const [one, two, three] = [await signIn(id), await signIn(id), await signIn(id)]
    expect((await listOwnSessions(one.as)).filter(({ current }) => current).map(({ id }) => id)).toEqual([one.id])
    await signOut(one.as)
    expect([await one.alive(), await two.alive()]).toEqual([false, true])
    await endSession(world.ctx, { id: two.id })
    expect(await two.alive()).toBe(false)
    expect(await endSessions(world.ctx, { personId: id })).toEqual({ ended: 1 })
    expect(await three.alive()).toBe(false)
  })

  it('stays when one changes the password, and all others end', async () => {
    const { id } = await person([everywhere('viewer')])
    const [here, there] = [await signIn(id), await signIn(id)]
    const wrong = changePassword(here.as, { current: 'not the password', password: 'another good one' })
    await expect(wrong).rejects.toMatchObject({ field: 'current' })
    await changePassword(here.as, { current: password, password: 'another good one' })
    expect([await here.alive(), await there.alive()]).toEqual([true, false])
    const account = await world.store.db.account.findFirstOrThrow({ where: { userId: id } })
    expect(await verifyPassword(account.password ?? '', 'another good one')).toBe(true)
    expect(await verifyPassword(account.password ?? '', password)).toBe(false)
  })

  it('does not let whoever took one over find the password out by trying', async () => {
    const { id } = await person([everywhere('viewer')])
    const here = await signIn(id)
    for (let i = 0; i < 10; i++) {
      const wrong = changePassword(here.as, { current: `guess ${i}`, password: 'another good one' })
      await expect(wrong).rejects.toMatchObject({ field: 'current' })
    }
    const right = changePassword(here.as, { current: password, password: 'another good one' })
    await expect(right).rejects.toMatchObject({ message: 'That was tried too often.' })
  })

  it('can change the password although others failed to change theirs', async () => {
    const other = await signIn((await person([everywhere('viewer')])).id)
    const wrong = () => changePassword(other.as, { current: 'not the password', password: 'another good one' })
    await expect(wrong()).rejects.toMatchObject({ field: 'current' })
    await world.database.query('update sign_in_failures set count = 100')
    await expect(wrong()).rejects.toMatchObject({ message: 'That was tried too often.' })
    const { as } = await signIn((await person([everywhere('viewer')])).id)
    await changePassword(as, { current: password, password: 'another good one' })
  })
})

it('sessions that end because another one is opened stand in the row of that one', async () => {
  const { person } = await addPerson(world.ctx, { name: 'M', email: 'm@x.test', roles: [everywhere('viewer')] })
  for (let i = 0; i < 52; i++) await signIn(person.id)
  const rows = (await audited(person.id)).filter(({ action }) => action === 'session.open')
  const ended = rows.map(({ detail }) => (detail as { sessionsEnded?: number }).sessionsEnded ?? 0)
  expect(ended).toEqual([...Array.from({ length: 50 }, () => 0), 1, 1])
})
