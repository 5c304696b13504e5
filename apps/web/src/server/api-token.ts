import { beginSignIn, findTokenPrincipal, type Trying } from '@rollcall/services'
import { clientAddressOf } from './client-address.ts'
import type { Deps } from './context.ts'
import { DoorError } from './faults.ts'
import type { Principal } from './principal.ts'

/**
 * Who comes with an API token. Null: it is nobody's, and counted as a guess. Throws 401 for one that has ended, with a
 * sentence that says how; its holder knows it anyway.
 */
export async function apiTokenPrincipal(token: string, headers: Headers, deps: Deps): Promise<Principal | null> {
  const { db } = await deps.store()
  const answer = await findTokenPrincipal(db, token, deps.now())
  if (answer.kind === 'live') {
    const { id, name, prefix, rights } = answer.principal
    return { id, name, by: 'token', credential: `token ${prefix}`, rights }
  }
  if (answer.kind === 'dead') {
    throw new DoorError('unauthorized', answer.why, {
      field: 'Authorization',
      remedy: 'Make a new token on the page Tokens.',
      headers: { 'www-authenticate': 'Bearer realm="rollcall", error="invalid_token"' },
    })
  }
  await countGuess(headers, deps)
  return null
}

/** Whoever guesses has to wait, and only they do: a token that is right is let in whoever else is at that address. */
async function countGuess(headers: Headers, deps: Deps): Promise<void> {
  const ctx = { store: await deps.store(), actor: { name: 'nobody', via: 'api' as const }, now: deps.now }
  const who: Trying = { way: 'token', account: 'API token', client: clientAddressOf(headers, deps.env()) }
  // what cannot be counted is refused all the same: nobody guesses 256 bits, the limit keeps the database calm
  const wait = await beginSignIn(ctx, who).then(
    ({ waitSeconds }) => waitSeconds,
    () => 0,
  )
  if (wait === 0) return
  throw new DoorError('too_many_attempts', 'Too many wrong tokens came from this address.', {
    field: 'Authorization',
    remedy: `Try again in ${wait} s.`,
    headers: { 'retry-after': String(wait) },
  })
}
