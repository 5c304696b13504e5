import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { addPerson, admitFromProvider } from './index.ts'
import { completeSetup, isSetupOffered, offerSetup, withdrawSetup } from './setup.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const who = (n: number) => ({ name: `Ada ${n}`, email: `ada${n}@x.test`, password: 'correct horse battery staple' })

const come = (subject: string, more: object = {}) =>
  admitFromProvider(world.ctx, {
    ...{ issuer: 'https://login.x.test', subject, email: `${subject}@x.test`, emailVerified: true, name: subject },
    ...{ roles: [{ role: 'viewer', environment: null }], ...more },
  })

it('is offered as long as nobody can say who may do what, whoever has come in through the provider', async () => {
  await come('nina')
  await addPerson(world.ctx, { name: 'Bob', email: 'bob@x.test', roles: [] })
  expect(await offerSetup(world.ctx)).not.toBeNull()
  expect(await isSetupOffered(world.ctx)).toBe(true)
  await world.store.db.user.deleteMany({ where: { email: 'bob@x.test' } })
})

it('does not take an address that somebody has, and stays good for another one', async () => {
  const offer = await offerSetup(world.ctx)
  const taken = completeSetup(world.ctx, { secret: offer?.secret, ...who(0), email: 'nina@x.test' })
  await expect(taken).rejects.toMatchObject({ code: 'refused', field: 'email' })
  expect(await isSetupOffered(world.ctx)).toBe(true)
})

it('is void after a day, when it was withdrawn, and for good once the provider has brought an administrator', async () => {
  const late = await offerSetup(world.ctx)
  world.clock.pass(24 * 3_600)
  expect(await isSetupOffered(world.ctx)).toBe(false)
  await expect(completeSetup(world.ctx, { secret: late?.secret, ...who(0) })).rejects.toMatchObject({ field: 'secret' })

  const withdrawn = await offerSetup(world.ctx)
  await withdrawSetup(world.ctx)
  await expect(completeSetup(world.ctx, { secret: withdrawn?.secret, ...who(0) })).rejects.toMatchObject({
    field: 'secret',
  })

  const overtaken = await offerSetup(world.ctx)
  await come('root', { roles: [{ role: 'admin', environment: null }] })
  await expect(completeSetup(world.ctx, { secret: overtaken?.secret, ...who(0) })).rejects.toMatchObject({
    field: 'secret',
  })
  expect(await world.store.db.setup.count()).toBe(0)
  await world.store.db.user.deleteMany({ where: { email: { in: ['root@x.test', 'nina@x.test'] } } })
})

it('the first administrator is made once, by whoever has the newest link, also when many try at once', async () => {
  const first = await offerSetup(world.ctx)
  const second = await offerSetup(world.ctx)
  expect(await isSetupOffered(world.ctx)).toBe(true)
  const rows = await world.database.query('select * from setup')
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(second?.secret)

  const void_ = completeSetup(world.ctx, { secret: first?.secret, ...who(0) })
  await expect(void_).rejects.toMatchObject({ code: 'refused', field: 'secret' })
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map((n) => completeSetup(world.ctx, { secret: second?.secret, ...who(n) })),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const people = await world.store.db.user.findMany({ include: { grants: true } })
  expect(people).toHaveLength(1)
  expect(people[0]?.grants).toMatchObject([{ role: 'admin', environmentId: null, source: 'local' }])

  expect(await offerSetup(world.ctx)).toBeNull()
  expect(await isSetupOffered(world.ctx)).toBe(false)
  await expect(completeSetup(world.ctx, { secret: second?.secret, ...who(5) })).rejects.toMatchObject({
    code: 'refused',
  })
})
