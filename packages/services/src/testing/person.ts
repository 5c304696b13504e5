import type { Role } from '@rollcall/rollout'
import { newId } from '@rollcall/store'
import type { Context } from '../context.ts'
import type { TestWorld } from './world.ts'

export interface TestPerson {
  id: string
  /** acts as this person */
  ctx: Context
  /** the roles from now on */
  become(...roles: [Role, environmentId: string | null][]): Promise<void>
}

/** Somebody in the test world, with roles in an environment or (null) everywhere. */
export async function testPerson(
  world: TestWorld,
  name: string,
  ...roles: [Role, environmentId: string | null][]
): Promise<TestPerson> {
  const { db } = world.store
  const id = newId('usr')
  await db.user.create({ data: { id, name, email: `${id}@people.test` } })
  const person: TestPerson = {
    id,
    ctx: {
      store: world.store,
      actor: { id, name, via: 'ui', credential: 'session' },
      now: () => world.clock.now,
    },
    async become(...roles) {
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
