import type { Prisma, Tx } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'

interface Told {
  before?: Prisma.InputJsonValue
  after?: Prisma.InputJsonValue
  detail?: Prisma.InputJsonValue
  reason?: string | null
  outcome?: 'done' | 'refused'
}

/** What was done about a person, in the transaction of the deed. Nothing that lets anybody in is ever told. */
export function auditPerson(tx: Tx, ctx: Context, action: string, userId: string, told: Told = {}): Promise<void> {
  return audit(tx, ctx, { action, subjectType: 'person', subjectId: userId, environmentId: null, ...told })
}
