import { transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { seal, unseal } from './cipher.ts'

export interface RotationView {
  /** which key everything is under that could be read */
  keyId: string
  rotated: string[]
  /** were under it already */
  kept: string[]
  /** under a key that is not here: give it as ROLLCALL_SECRET_KEY_PREVIOUS, or set these anew */
  unreadable: string[]
}

/**
 * Encrypts everything anew that is under another key than the current one. Can be cut short anywhere and done again: each
 * secret is written by itself, and one that somebody sets meanwhile stays as it was set.
 */
export async function rotateSecrets(ctx: Context): Promise<RotationView> {
  const { keys } = ctx
  if (!keys) {
    throw new ServiceError('refused', 'There is no key to encrypt secrets with.', {
      remedy: 'Set ROLLCALL_SECRET_KEY or ROLLCALL_SECRET_KEY_FILE, and the old key as ROLLCALL_SECRET_KEY_PREVIOUS.',
    })
  }
  const [{ id: keyId }] = keys
  const rows = await ctx.store.db.secret.findMany({ where: { ciphertext: { not: null } }, orderBy: { name: 'asc' } })
  const told: RotationView = { keyId, rotated: [], kept: [], unreadable: [] }
  for (const { name, ciphertext, keyId: from, setAt } of rows) {
    if (ciphertext === null || from === null) continue
    if (from === keyId) {
      told.kept.push(name)
      continue
    }
    const value = unseal(keys, name, { ciphertext, keyId: from })
    if (value === null) {
      told.unreadable.push(name)
      continue
    }
    const rotated = await transact(ctx.store, async (tx) => {
      const { count } = await tx.db.secret.updateMany({
        where: { name, keyId: from, setAt, ciphertext },
        data: seal(keys, name, value),
      })
      if (count === 0) return false
      const entry = { action: 'secret.rotate', subjectType: 'secret', subjectId: name, environmentId: null } as const
      await audit(tx, ctx, { ...entry, before: { keyId: from }, after: { keyId } })
      return true
    })
    told[rotated ? 'rotated' : 'kept'].push(name)
  }
  return told
}
