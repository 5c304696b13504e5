import { transact } from '@rollcall/store'
import { z } from 'zod'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { requireKnown } from './known.ts'
import { secretName } from './names.ts'
import { secretView } from './view.ts'
import type { SecretView } from './views.ts'
import { askAgain, forgetValue } from './write.ts'

export const clearSecretInput = z.strictObject({ name: secretName })

/** Deletes the value that is stored under a name. A variable of that name in the worker's process is used again. */
export async function clearSecret(ctx: Context, input: unknown): Promise<SecretView> {
  const { name } = parse(clearSecretInput, input)
  return transact(ctx.store, async (tx) => {
    await requireKnown(tx.db, name)
    if (await forgetValue(tx, ctx, name, 'a person said so')) {
      await noteChange(tx, ctx.now(), { kind: 'secret.changed' })
      await askAgain(tx, name)
    }
    return secretView(ctx, tx.db, name)
  })
}
