import { transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import { seal, unseal } from './cipher.ts'
import type { SecretKeys } from './keys.ts'

export interface RotationView {
  /** which key everything is under that could be read */
  keyId: string
  rotated: string[]
  /** were under it already */
  kept: string[]
  /** under a key that is not here: give it as ROLLCALL_SECRET_KEY_PREVIOUS, or set these anew */
  unreadable: string[]
  /** could be read, and were under another key again each time: somebody goes on storing with it */
  left: string[]
}

/** Nobody sets secrets this often by hand. */
const mostLooks = 10

/**
 * Encrypts everything anew that is under another key than the current one, and looks again until there is nothing more:
 * what is stored meanwhile with the older key is not left behind. Can be cut short anywhere and done again: each secret
 * is written by itself, and one that somebody sets meanwhile keeps the value that it was set to.
 */
export async function rotateSecrets(ctx: Context): Promise<RotationView> {
  const { keys } = ctx
  if (!keys) {
    throw new ServiceError('refused', 'There is no key to encrypt secrets with.', {
      remedy: 'Set ROLLCALL_SECRET_KEY or ROLLCALL_SECRET_KEY_FILE, and the old key as ROLLCALL_SECRET_KEY_PREVIOUS.',
    })
  }
  const [{ id: keyId }] = keys
  const rotated = new Set<string>()
  for (let looks = 1; ; looks++) {
    const all = await ctx.store.db.secret.findMany({ where: { ciphertext: { not: null } }, orderBy: { name: 'asc' } })
    const older = all.filter((row) => row.keyId !== keyId)
    const open = older.flatMap((row) => {
      const { name, ciphertext, keyId: from, setAt } = row
      const value = ciphertext === null || from === null ? null : unseal(keys, name, { ciphertext, keyId: from })
      return ciphertext === null || from === null || value === null ? [] : [{ name, ciphertext, from, setAt, value }]
    })
    if (open.length === 0 || looks > mostLooks) {
      const left = open.map(({ name }) => name)
      const unreadable = older.map(({ name }) => name).filter((name) => !left.includes(name))
      const current = all.filter((row) => row.keyId === keyId).map(({ name }) => name)
      return {
        keyId,
        rotated: current.filter((name) => rotated.has(name)),
        kept: current.filter((name) => !rotated.has(name)),
        unreadable,
        left,
      }
    }
    for (const secret of open) if (await sealAnew(ctx, keys, secret)) rotated.add(secret.name)
  }
}

interface Open {
  name: string
  ciphertext: Uint8Array<ArrayBuffer>
  from: string
  setAt: Date | null
  value: string
}

/** False: somebody was faster, and what there is now is looked at once more. */
function sealAnew(ctx: Context, keys: SecretKeys, { name, ciphertext, from, setAt, value }: Open): Promise<boolean> {
  return transact(ctx.store, async (tx) => {
    const sealed = seal(keys, name, value)
    const { count } = await tx.db.secret.updateMany({ where: { name, keyId: from, setAt, ciphertext }, data: sealed })
    if (count === 0) return false
    const entry = { action: 'secret.rotate', subjectType: 'secret', subjectId: name, environmentId: null } as const
    await audit(tx, ctx, { ...entry, before: { keyId: from }, after: { keyId: sealed.keyId } })
    return true
  })
}
