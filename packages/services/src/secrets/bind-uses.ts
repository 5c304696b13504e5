import { type Tx, transact } from '@rollcall/store'
import type { Context } from '../context.ts'
import { type Use, usesNow } from './uses.ts'
import { bind, remember, unbind } from './write.ts'

/**
 * What a change of the configuration does to where secrets may go, in the transaction of the change itself:
 *
 * - A name that nobody has used before is bound to where it is used first.
 * - A door that was pointed to another origin leaves the old one, unless somebody else uses the name there; a stored
 *   value that is bound to nothing then is deleted.
 * - Any other origin is not bound: somebody has to say so under Secrets. Only the process's own hand (the file it was
 *   started with, its demo world) may, and only for what is a variable of the process: whoever sets that says where it goes.
 */
export async function bindUses(tx: Tx, ctx: Context, before: readonly Use[], after: readonly Use[]): Promise<void> {
  const names = [...new Set([...before, ...after].map(({ name }) => name))].toSorted()
  const known = await tx.db.secret.findMany({ where: { name: { in: names } }, select: { name: true } })
  for (const name of names) {
    const was = before.filter((use) => use.name === name)
    const is = after.filter((use) => use.name === name)
    const isNew = !known.some((one) => one.name === name) && (await remember(tx, ctx, name))
    if (isNew) await bindAll(tx, ctx, was.length > 0 ? was : is, 'first use')
    for (const { origin, of } of leftBehind(was, is)) await unbind(tx, ctx, name, origin, `${of} was pointed elsewhere`)
    if (isOwnHand(ctx) && is.some((use) => !isIn(was, use))) await bindOwn(tx, ctx, name, is)
  }
}

/** Has every name that was configured before there were bindings be bound to where it is used. */
export async function adoptUses(ctx: Context): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const uses = await usesNow(tx.db)
    for (const name of [...new Set(uses.map((use) => use.name))].toSorted()) {
      const own = uses.filter((use) => use.name === name)
      if (await remember(tx, ctx, name)) await bindAll(tx, ctx, own, 'first use')
    }
  })
}

async function bindAll(tx: Tx, ctx: Context, uses: readonly Use[], because: string): Promise<void> {
  for (const { name, origin } of uses) await bind(tx, ctx, name, origin, { action: 'secret.bind', because })
}

async function bindOwn(tx: Tx, ctx: Context, name: string, uses: readonly Use[]): Promise<void> {
  const row = await tx.db.secret.findUnique({ where: { name }, select: { ciphertext: true } })
  if (row?.ciphertext == null) await bindAll(tx, ctx, uses, "said by the process's own configuration")
}

const isOwnHand = ({ actor }: Context) => actor.via === 'worker' || actor.via === 'seed'
const isIn = (uses: readonly Use[], { kind, of, origin }: Use) =>
  uses.some((use) => use.kind === kind && use.of === of && use.origin === origin)

/** Origins that a door used the name at, which still uses it, only elsewhere; nobody else uses it there. */
function leftBehind(was: readonly Use[], is: readonly Use[]): Use[] {
  return was.filter(
    (old) =>
      is.some(({ kind, of }) => kind === old.kind && of === old.of) && !is.some(({ origin }) => origin === old.origin),
  )
}
