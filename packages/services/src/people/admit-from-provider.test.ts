import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { addPerson, admitFromProvider, disablePerson, findSession, getPerson, openSession, setRoles } from './index.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const viewer = { role: 'viewer' as const, environment: null }
const releaser = { role: 'releaser' as const, environment: 'production' }
const come = (subject: string, more: object = {}) =>
  admitFromProvider(world.ctx, {
    issuer: 'https://login.corp.test',
    subject,
    email: `${subject}@corp.test`,
    emailVerified: true,
    name: `The ${subject}`,
    roles: [viewer],
    ...more,
  })
const idOf = async (coming: ReturnType<typeof come>) => ((await coming) as { userId: string }).userId

it('makes a person of whoever is new, without keeping a token of the provider', async () => {
  const id = await idOf(come('nina', { roles: [releaser, { role: 'viewer', environment: 'mars' }] }))
  expect(await getPerson(world.ctx, { id })).toMatchObject({
    name: 'The nina',
    comesIn: 'provider',
    roles: [],
    providerRoles: [releaser],
  })
  const [account] = await world.store.db.account.findMany({ where: { userId: id } })
  expect(account).toMatchObject({ accessToken: null, refreshToken: null, idToken: null, password: null })
})

it('gives them the roles of their groups at every sign-in, and begins anew everywhere when these changed', async () => {
  const id = await idOf(come('otto'))
  await openSession(world.ctx, { id: 'ses_otto', token: 'otto', userId: id, client: null, browser: null })
  expect(await idOf(come('otto'))).toBe(id)
  expect(await findSession(world.ctx, 'otto', null)).not.toBeNull()
  expect(await idOf(come('otto', { roles: [releaser], name: 'Otto' }))).toBe(id)
  expect(await findSession(world.ctx, 'otto', null)).toBeNull()
  expect(await getPerson(world.ctx, { id })).toMatchObject({ name: 'Otto', providerRoles: [releaser] })
})

it('lets nobody in who is left without a role, and takes from them what they had', async () => {
  expect(await come('pia', { roles: [] })).toEqual({ refused: 'no_role' })
  expect(await world.store.db.user.count({ where: { email: 'pia@corp.test' } })).toBe(0)
  const id = await idOf(come('quin'))
  await openSession(world.ctx, { id: 'ses_quin', token: 'quin', userId: id, client: null, browser: null })
  expect(await come('quin', { roles: [] })).toEqual({ refused: 'no_role' })
  expect(await findSession(world.ctx, 'quin', null)).toBeNull()
  // what they were given here counts, too
  await setRoles(world.ctx, { id, roles: [viewer] })
  expect(await come('quin', { roles: [] })).toEqual({ userId: id })
})

it('does not take a person over who comes in with a password or has not come yet', async () => {
  await addPerson(world.ctx, { name: 'Local', email: 'local@corp.test', roles: [viewer] })
  expect(await come('local')).toEqual({ refused: 'local_person' })
  expect(await world.store.db.account.count({ where: { user: { email: 'local@corp.test' } } })).toBe(0)
})

it('never takes somebody for a person because of an e-mail address, proven or not', async () => {
  const id = await idOf(come('rosa', { emailVerified: false }))
  expect(await come('rosa-2', { email: 'Rosa@corp.test', emailVerified: false })).toEqual({ refused: 'other_account' })
  expect(await come('rosa-2', { email: 'Rosa@corp.test' })).toEqual({ refused: 'other_account' })
  expect(await world.store.db.account.count({ where: { userId: id } })).toBe(1)
})

it('knows nobody of one provider again as the same subject of another', async () => {
  const id = await idOf(come('1', { email: 'first@corp.test' }))
  const elsewhere = { issuer: 'https://login.other.test' }
  expect(await come('1', { ...elsewhere, email: 'first@corp.test' })).toEqual({ refused: 'other_account' })
  const other = await idOf(come('1', { ...elsewhere, email: 'second@corp.test' }))
  expect(other).not.toBe(id)
  expect(await idOf(come('1', { email: 'first@corp.test' }))).toBe(id)
})

it('gives a person the address that the provider has verified, when it is free, and no other', async () => {
  const id = await idOf(come('vic', { emailVerified: false }))
  const address = async () =>
    world.store.db.user.findUniqueOrThrow({ where: { id }, select: { email: true, emailVerified: true } })
  expect(await address()).toEqual({ email: 'vic@corp.test', emailVerified: false })
  await come('vic', { email: 'boss@corp.test', emailVerified: false, name: null })
  expect(await address()).toEqual({ email: 'vic@corp.test', emailVerified: false })
  expect(await getPerson(world.ctx, { id })).toMatchObject({ name: 'vic@corp.test' })
  await come('vic')
  expect(await address()).toEqual({ email: 'vic@corp.test', emailVerified: true })
  await come('wanda')
  await come('vic', { email: 'wanda@corp.test' })
  expect(await address()).toEqual({ email: 'vic@corp.test', emailVerified: true })
  await come('vic', { email: 'Vic.New@corp.test' })
  expect(await address()).toEqual({ email: 'vic.new@corp.test', emailVerified: true })
})

it.each([
  'no address',
  'a@b@c.test',
  'x@corp.test\r\nBcc: y@corp.test',
  `${'x'.repeat(250)}@corp.test`,
  'operator@rollcall.invalid',
])('takes no address that a person could not be given here: %j', async (email) => {
  expect(await come('xaver', { email })).toEqual({ refused: 'no_email' })
})

it.each(['Yves\nAdmin', 'Yves \u202enimda', '\u0000', ' ', 'y'.repeat(101)])(
  'calls a person by their address when nobody could be given their name here: %j',
  async (name) => {
    const id = await idOf(come('yves', { name }))
    expect(await getPerson(world.ctx, { id })).toMatchObject({ name: 'yves@corp.test' })
  },
)

it('lets nobody in who is disabled, or whose address the provider does not tell', async () => {
  const id = await idOf(come('sam'))
  await disablePerson(world.ctx, { id })
  expect(await come('sam')).toEqual({ refused: 'disabled' })
  expect(await come('tom', { email: null })).toEqual({ refused: 'no_email' })
})

it('makes one person of two sign-ins at once', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => idOf(come('uma'))))
  expect(new Set(ids).size).toBe(1)
})
