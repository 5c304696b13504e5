import { type Tx, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { seal } from './cipher.ts'
import { fitsIn, secretName } from './names.ts'
import { originInput } from './origin.ts'
import { usesNow } from './uses.ts'
import { secretView } from './view.ts'
import type { SecretView } from './views.ts'
import { askAgain, bind, remember } from './write.ts'

export const setSecretInput = z.strictObject({
  name: secretName,
  /** read once, here; no door answers it again */
  value: z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(8_000, 'is too long')
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must be one line without control characters'),
  /** where this value may be sent, and nowhere else; left out: where the name may be sent now */
  origins: z
    .array(originInput, { error: 'must be a list of origins' })
    .min(1, 'must name at least one origin')
    .max(50, 'must be at most 50 origins')
    .optional(),
})

/**
 * Stores a value under a name, encrypted, for the origins that are said: a new value was given for these and no others.
 * It goes before a variable of that name in the worker's process, from the next use on.
 */
export async function setSecret(ctx: Context, input: unknown): Promise<SecretView> {
  const { name, value, origins } = parse(setSecretInput, input)
  if (!fitsIn(name, value)) {
    throw new ServiceError('invalid', 'value: must be printable characters without blanks, as a token is', {
      field: 'value',
      remedy: 'Copy the token once more, without what stands around it.',
    })
  }
  const { keys } = ctx
  if (!keys) {
    throw new ServiceError('refused', 'This Rollcall has no key to encrypt secrets with.', {
      remedy: 'Set ROLLCALL_SECRET_KEY or ROLLCALL_SECRET_KEY_FILE for the web process and the workers.',
    })
  }
  return transact(ctx.store, async (tx) => {
    await remember(tx, ctx, name)
    const before = await tx.db.secret.findUniqueOrThrow({
      where: { name },
      select: { setAt: true, setBy: true, keyId: true, bindings: true },
    })
    const bound = before.bindings.map(({ origin }) => origin)
    const wanted = [...new Set(origins ?? bound)]
    if (wanted.length === 0) throw await nowhere(tx, name)
    const now = ctx.now()
    await tx.db.secret.update({
      where: { name },
      data: { ...seal(keys, name, value), setAt: now, setBy: ctx.actor.name },
    })
    await tx.db.secretBinding.deleteMany({ where: { name, origin: { notIn: wanted } } })
    for (const origin of wanted) await bind(tx, ctx, name, origin, null)
    await audit(tx, ctx, {
      action: 'secret.set',
      subjectType: 'secret',
      subjectId: name,
      environmentId: null,
      before: { stored: before.keyId !== null, boundTo: bound },
      after: { stored: true, boundTo: wanted },
    })
    await noteChange(tx, now, { kind: 'secret.changed' })
    await askAgain(tx, name)
    return secretView(ctx, tx.db, name)
  })
}

async function nowhere(tx: Tx, name: string): Promise<ServiceError> {
  const used = (await usesNow(tx.db)).filter((use) => use.name === name).map(({ origin }) => origin)
  return new ServiceError('invalid', 'origins: must say where it may be sent, because nobody has said so yet', {
    field: 'origins',
    remedy:
      used.length > 0
        ? `The configuration has it sent to ${[...new Set(used)].slice(0, 3).join(', ')}.`
        : 'Name at least one origin, such as https://cp.example.com:443.',
  })
}
