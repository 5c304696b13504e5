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

const slot = Symbol.for('rollcall.web.store')
const holder = globalThis as typeof globalThis & { [slot]?: Promise<Store> }

/**
 * The one store of this process, opened when first asked. Kept on `globalThis` because each route is its own bundle
 * and development reloads modules. A failed opening is forgotten, so that the next request tries again.
 */
function processStore(): Promise<Store> {
  const opening = holder[slot] ?? openStore({ url: env().databaseUrl })
  holder[slot] = opening
  opening.catch(() => {
    if (holder[slot] === opening) delete holder[slot]
  })
  return opening
}

export const processDeps: Deps = { env, store: processStore, now: () => new Date() }

/** What a service is called with: who acts, by which door, under which request. */
export async function serviceContext(deps: Deps, principal: Principal, requestId: string): Promise<Context> {
  const { id, name, by, credential, rights } = principal
  const actor: Actor = { id, name, via: by === 'session' ? 'ui' : 'api', credential, requestId }
  return { store: await deps.store(), actor, sees: rights.get('read') ?? new Set(), now: deps.now }
}
