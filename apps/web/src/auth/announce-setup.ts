import { offerSetup, withdrawSetup } from '@rollcall/services'
import type { Deps } from '../server/context.ts'

/**
 * Says once where the first administrator is made, when there is nobody who could say who may do what: no administrator, no
 * operator token, and nobody who started this process says it. Each start makes a new link and voids the one before, also
 * when it makes none.
 */
export async function announceSetup(deps: Deps, say: (line: string) => void = console.log): Promise<void> {
  const { token, setupOffered, baseUrl } = deps.env()
  if (setupOffered) return
  const ctx = { store: await deps.store(), actor: { name: 'start', via: 'cli' as const }, now: deps.now }
  if (token !== null) return withdrawSetup(ctx)
  const offer = await offerSetup(ctx)
  if (offer !== null)
    say(`Nobody can say who may do what. Make the first administrator at ${baseUrl.origin}/setup#${offer.secret}`)
}
