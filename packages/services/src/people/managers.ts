import { type Role, roleNames, roles } from '@rollcall/rollout'
import type { Reader } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { people } from './operator.ts'

const managing: Role[] = roleNames.filter((role) =>
  (roles[role].capabilities as readonly string[]).includes('people.manage'),
)

/** The ids of those who can come in and say who may do what. */
export async function findManagers(db: Reader): Promise<string[]> {
  const found = await db.user.findMany({
    where: {
      ...people,
      disabledAt: null,
      accounts: { some: {} },
      grants: { some: { role: { in: managing }, environmentId: null } },
    },
    select: { id: true },
  })
  return found.map(({ id }) => id)
}

/** Throws when the last of those who were managers `before` is gone: nobody could undo what is being done. */
export async function requireManager(db: Reader, before: readonly string[]): Promise<void> {
  if (before.length === 0 || (await findManagers(db)).length > 0) return
  throw new ServiceError('refused', 'Then nobody would be left who can say who may do what.', {
    field: 'id',
    remedy: 'Make somebody else an administrator everywhere first.',
  })
}
