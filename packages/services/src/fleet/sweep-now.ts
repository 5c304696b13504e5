import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { parse } from '../errors.ts'
import { slug } from '../fields.ts'

export const sweepNowInput = z.strictObject({ environment: slug })

/** Has everybody in an environment asked now what they run. */
export async function sweepNow(ctx: Context, input: unknown): Promise<{ asked: true }> {
  const { environment } = parse(sweepNowInput, input)
  return transact(ctx.store, async (tx) => {
    const found = await findEnvironment(tx.db, environment)
    await audit(tx, ctx, {
      action: 'fleet.sweep',
      subjectType: 'environment',
      subjectId: found.id,
      environmentId: found.id,
    })
    const fleets = await tx.db.fleet.findMany({ where: { environmentId: found.id }, select: { id: true } })
    tx.send(...fleets.map(({ id }) => ({ name: 'fleet.sweep' as const, data: { fleetId: id }, key: id })))
    return { asked: true as const }
  })
}
