import { transact } from '@rollcall/store'
import { z } from 'zod'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { requireKnown } from './known.ts'
import { secretName } from './names.ts'
import { originInput } from './origin.ts'
import { secretView } from './view.ts'
import type { SecretView } from './views.ts'
import { unbind } from './write.ts'

export const disallowOriginInput = z.strictObject({ name: secretName, origin: originInput })

/**
 * Says that a secret may not be sent to an origin any more; with the last one, a stored value is deleted. Idempotent. A
 * request that is on its way is on its way.
 */
export async function disallowOrigin(ctx: Context, input: unknown): Promise<SecretView> {
  const { name, origin } = parse(disallowOriginInput, input)
  return transact(ctx.store, async (tx) => {
    await requireKnown(tx.db, name)
    if (await unbind(tx, ctx, name, origin, 'a person said so'))
      await noteChange(tx, ctx.now(), { kind: 'secret.changed' })
    return secretView(ctx, tx.db, name)
  })
}
