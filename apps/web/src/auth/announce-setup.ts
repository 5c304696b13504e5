import { offerSetup } from '@rollcall/services'
import type { Deps } from '../server/context.ts'

/**
 * Says once where the first administrator is made, when there is nobody who could come in: no person, no operator token,
 * and nobody who started this process says it. Each start makes a new link and voids the one before.
 */
export async function announceSetup(deps: Deps, say: (line: string) => void = console.log): Promise<void> {
  const { token, setupOffered, baseUrl } = deps.env()
  if (token !== null || setupOffered) return
  const actor = { name: 'start', via: 'cli' as const }
  const offer = await offerSetup({ store: await deps.store(), actor, now: deps.now })
  if (offer !== null)
    say(`Nobody can come in yet. Make the first administrator at ${baseUrl.origin}/setup#${offer.secret}`)
}
