import { type Actor, type Context, readSecretKeys, type SecretKeys } from '@rollcall/services'
import { openStore, type Store } from '@rollcall/store'
import { type Env, env } from '../env.ts'
import type { Principal } from './principal.ts'

/** What the web process hands to its handlers; a test hands in its own. */
export interface Deps {
  env: () => Env
  store: () => Promise<Store>
  now: () => Date
  /** what secrets are stored with; left out: none can be stored */
  keys?: () => SecretKeys | null
}

let opening: Promise<Store> | null = null

/** The one store of this process, opened when first asked. A failed opening is forgotten: the next request tries again. */
function processStore(): Promise<Store> {
  if (opening !== null) return opening
  const opened = openStore({ url: env().databaseUrl })
  opening = opened
  opened.catch(() => {
    opening = null
  })
  return opened
}

let keys: SecretKeys | null | undefined

/** The keys of this process, read once. Throws for a key that is none, or that others can read. */
export function processKeys(): SecretKeys | null {
  if (keys === undefined) keys = readSecretKeys(process.env)
  return keys
}

export const processDeps: Deps = { env, store: processStore, now: () => new Date(), keys: processKeys }

/** What a service is called with: who acts, by which door, under which request. */
export async function serviceContext(deps: Deps, principal: Principal, requestId: string): Promise<Context> {
  const { id, name, by, credential, rights } = principal
  const actor: Actor = { id, name, via: by === 'session' ? 'ui' : 'api', credential, requestId }
  return {
    store: await deps.store(),
    actor,
    sees: rights.get('read') ?? new Set(),
    rights,
    now: deps.now,
    keys: deps.keys?.() ?? null,
  }
}
