import type { Actor, Context } from '@rollcall/services'
import { openStore, type Store } from '@rollcall/store'
import { type Env, env } from '../env.ts'
import type { Principal } from './principal.ts'

/** What the web process hands to its handlers; a test hands in its own. */
export interface Deps {
  env: () => Env
  store: () => Promise<Store>
  now: () => Date
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

export const processDeps: Deps = { env, store: processStore, now: () => new Date() }

/** What a service is called with: who acts, by which door, under which request. */
export async function serviceContext(deps: Deps, principal: Principal, requestId: string): Promise<Context> {
  const { id, name, by, credential, rights } = principal
  const actor: Actor = { id, name, via: by === 'session' ? 'ui' : 'api', credential, requestId }
  return { store: await deps.store(), actor, sees: rights.get('read') ?? new Set(), rights, now: deps.now }
}
