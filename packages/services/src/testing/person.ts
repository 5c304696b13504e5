import { type Role, rightsOf, roleGrant } from '@rollcall/rollout'
import { newId } from '@rollcall/store'
import type { Context } from '../context.ts'
import type { TestWorld } from './world.ts'

type Held = [role: Role, environmentId: string | null]

export interface TestPerson {
  id: string
  /** acts as this person, with the roles of now */
  ctx: Context
  /** the roles from now on */
  become(...roles: Held[]): Promise<void>
}

/** Somebody in the test world, with roles in an environment or (null) everywhere. */
export async function testPerson(world: TestWorld, name: string, ...roles: Held[]): Promise<TestPerson> {
  const { db } = world.store
  const id = newId('usr')
  await db.user.create({ data: { id, name, email: `${id}@people.test` } })
  let rights = rightsOf([])
  const person: TestPerson = {
    id,
    get ctx() {
      const actor = { id, name, via: 'ui' as const, credential: 'session' }
      return { store: world.store, actor, rights, sees: rights.get('read') ?? new Set(), now: () => world.clock.now }
    },
    async become(...roles) {
      rights = rightsOf(roles.map(([role, environmentId]) => roleGrant(role, environmentId)))
      await db.roleGrant.deleteMany({ where: { userId: id } })
      await db.roleGrant.createMany({
        data: roles.map(([role, environmentId]) => ({
          id: newId('grt'),
          userId: id,
          role,
          environmentId,
          grantedAt: world.clock.now,
          grantedBy: 'a test',
        })),
      })
    },
  }
  await person.become(...roles)
  return person
}
