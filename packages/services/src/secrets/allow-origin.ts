import { transact } from '@rollcall/store'
import { z } from 'zod'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { secretName } from './names.ts'
import { originInput } from './origin.ts'
import { secretView } from './view.ts'
import type { SecretView } from './views.ts'
import { askAgain, bind, remember } from './write.ts'

export const allowOriginInput = z.strictObject({ name: secretName, origin: originInput })

/** Says that a secret may be sent to one origin more, from the next use on. Idempotent. */
export async function allowOrigin(ctx: Context, input: unknown): Promise<SecretView> {
  const { name, origin } = parse(allowOriginInput, input)
  return transact(ctx.store, async (tx) => {
    await remember(tx, ctx, name)
    if (await bind(tx, ctx, name, origin, { action: 'secret.allow', because: 'a person said so' })) {
      await noteChange(tx, ctx.now(), { kind: 'secret.changed' })
      await askAgain(tx, name)
    }
    return secretView(ctx, tx.db, name)
  })
}
