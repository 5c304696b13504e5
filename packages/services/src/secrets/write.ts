import { newId, type Tx } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'

/** Binds a secret to an origin, unless it is; answers whether it was not. */
export async function bind(
  tx: Tx,
  ctx: Context,
  name: string,
  origin: string,
  entry: { action: 'secret.bind' | 'secret.allow'; because: string } | null,
): Promise<boolean> {
  const data = { id: newId('sbd'), name, origin, boundAt: ctx.now(), boundBy: ctx.actor.name }
  const { count } = await tx.db.secretBinding.createMany({ data: [data], skipDuplicates: true })
  if (count === 0) return false
  if (entry !== null) {
    const { action, because } = entry
    await audit(tx, ctx, {
      action,
      subjectType: 'secret',
      subjectId: name,
      environmentId: null,
      after: { origin },
      detail: { because },
    })
  }
  return true
}

/** Takes a binding away, and with the last one the stored value: what may be sent nowhere is not kept. */
export async function unbind(tx: Tx, ctx: Context, name: string, origin: string, because: string): Promise<boolean> {
  const { count } = await tx.db.secretBinding.deleteMany({ where: { name, origin } })
  if (count === 0) return false
  const entry = { action: 'secret.unbind', subjectType: 'secret', subjectId: name, environmentId: null } as const
  await audit(tx, ctx, { ...entry, before: { origin }, detail: { because } })
  if ((await tx.db.secretBinding.count({ where: { name } })) === 0) await forgetValue(tx, ctx, name, because)
  return true
}

/** Deletes a stored value; answers whether there was one. */
export async function forgetValue(tx: Tx, ctx: Context, name: string, because: string): Promise<boolean> {
  const before = await tx.db.secret.findUnique({ where: { name } })
  const { count } = await tx.db.secret.updateMany({
    where: { name, ciphertext: { not: null } },
    data: { ciphertext: null, keyId: null, setAt: null, setBy: null },
  })
  if (count === 0) return false
  await audit(tx, ctx, {
    action: 'secret.clear',
    subjectType: 'secret',
    subjectId: name,
    environmentId: null,
    before: { setAt: before?.setAt?.toISOString() ?? null, setBy: before?.setBy ?? null },
    detail: { because },
  })
  return true
}

/** A name that was seen once is never new again, also when nothing is left of it. Answers whether it was new. */
export async function remember(tx: Tx, ctx: Context, name: string): Promise<boolean> {
  const data = [{ name, createdAt: ctx.now() }]
  return (await tx.db.secret.createMany({ data, skipDuplicates: true })).count === 1
}

/** Fleets that waited for a secret are asked at once. */
export async function askAgain(tx: Tx, name: string): Promise<void> {
  const fleets = await tx.db.fleet.findMany({ where: { controlPlaneTokenEnv: name }, select: { id: true } })
  tx.send(...fleets.map(({ id }) => ({ name: 'fleet.sweep' as const, data: { fleetId: id }, key: id })))
}
