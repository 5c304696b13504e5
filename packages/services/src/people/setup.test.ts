import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { completeSetup, isSetupOffered, offerSetup } from './setup.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const who = (n: number) => ({ name: `Ada ${n}`, email: `ada${n}@x.test`, password: 'correct horse battery staple' })

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
