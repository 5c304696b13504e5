import type { Context } from '../context.ts'
import { adoptUses } from './bind-uses.ts'
import { unseal } from './cipher.ts'
import type { SecretKeys } from './keys.ts'
import { fitsIn, isSecretName } from './names.ts'
import { originOf } from './origin.ts'
import { notAllowed, notReadable, notSendable, notSet } from './refusal.ts'

/** What a process can take secrets from. */
export interface SecretSource {
  keys: SecretKeys | null
  variables: Readonly<Record<string, string | undefined>>
}

/** The value of a secret that may be sent, or the sentence why there is none to send. */
export type Sendable = { value: string } | { refusal: string }

/**
 * The value of a name for the moment in which it is sent to `urls`: only when it is bound to the origin of each. What is
 * stored goes before a variable, so that what a person sets takes effect where a process has an older one. Nothing is
 * kept between two calls: what somebody takes away is not sent any more.
 */
export async function secretFor(
  ctx: Context,
  { keys, variables }: SecretSource,
  name: string,
  urls: readonly [string, ...string[]],
): Promise<Sendable> {
  if (!isSecretName(name)) return { refusal: `${name.slice(0, 100)} is not a name of a secret that may be sent.` }
  const row = (await find(ctx, name)) ?? (await adopted(ctx, name))
  const bound = row?.bindings.map(({ origin }) => origin) ?? []
  for (const url of urls) {
    const origin = originOf(url)
    if (origin === null) return { refusal: `${name} is not sent to what is no http URL.` }
    if (!bound.includes(origin)) return { refusal: await notAllowed(ctx.store.db, name, origin, bound) }
  }
  if (row?.ciphertext != null) {
    const value = unseal(keys, name, { ciphertext: row.ciphertext, keyId: row.keyId ?? '' })
    return value === null ? { refusal: notReadable(name) } : { value }
  }
  const value = variables[name]
  if (!value) return { refusal: notSet(name) }
  // before anything is written down about a request that cannot be made
  return fitsIn(name, value) ? { value } : { refusal: notSendable(name, value) }
}

function find({ store }: Context, name: string) {
  return store.db.secret.findUnique({ where: { name }, include: { bindings: { orderBy: { boundAt: 'asc' } } } })
}

async function adopted(ctx: Context, name: string) {
  await adoptUses(ctx)
  return find(ctx, name)
}
