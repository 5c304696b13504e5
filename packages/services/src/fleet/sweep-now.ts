import { transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { parse } from '../errors.ts'
import { slug } from '../fields.ts'

export const sweepNowInput = z.strictObject({ environment: slug })

/** Has the whole fleet of an environment asked now what it runs. */
export async function sweepNow(ctx: Context, input: unknown): Promise<{ asked: true }> {
  const { environment } = parse(sweepNowInput, input)
  return transact(ctx.store, async (tx) => {
    const found = await findEnvironment(tx.db, environment)
    await audit(tx, ctx, { action: 'fleet.sweep', subjectType: 'environment', subjectId: found.id })
    tx.send({ name: 'fleet.sweep', data: { environmentId: found.id }, key: found.id })
    return { asked: true as const }
  })
}
