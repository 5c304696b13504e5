import { newId } from '@rollcall/store'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { whoMay } from './who-may.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

async function person(name: string, role: string, environmentId: string | null, more: object = {}) {
  const at = world.clock.now
  await world.store.db.user.create({
    data: {
      id: newId('usr'),
      name,
      email: `${name.toLowerCase()}@x.test`,
      grants: { create: { id: newId('grt'), role, environmentId, grantedAt: at, grantedBy: 'test' } },
      ...more,
    },
  })
}

it('names who holds a capability there, by their roles, and nobody who was disabled', async () => {
  await person('Ada', 'admin', null)
  await person('Rel', 'releaser', world.environmentId)
  await person('Vera', 'viewer', null)
  await person('Old', 'admin', null, { disabledAt: world.clock.now })
  expect(await whoMay(world.ctx, 'apply.release', world.environmentId)).toEqual([
    { name: 'Ada', roles: ['admin'] },
    { name: 'Rel', roles: ['releaser'] },
  ])
  expect(await whoMay(world.ctx, 'apply.release', null)).toEqual([{ name: 'Ada', roles: ['admin'] }])
  expect(await whoMay(world.ctx, 'people.manage', 'env_none')).toEqual([{ name: 'Ada', roles: ['admin'] }])
})
