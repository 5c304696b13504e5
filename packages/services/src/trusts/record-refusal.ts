import { type Claims, pipelineName, tellingClaims } from '@rollcall/rollout'
import { transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Context } from '../context.ts'

/**
 * Writes down that a pipeline was not let in although its issuer vouched for it. What nobody vouches for is not written
 * down: anybody could fill the record with it.
 */
export async function recordRefusedExchange(
  ctx: Context,
  { issuer, claims, because }: { issuer: string; claims: Claims; because: string },
): Promise<void> {
  const told = tellingClaims(claims)
  const actor = { ...ctx.actor, name: pipelineName(told), credential: `proof of ${issuer}` }
  await transact(ctx.store, (tx) =>
    audit(
      tx,
      { ...ctx, actor },
      {
        action: 'token.exchange',
        subjectType: 'trust',
        subjectId: issuer.slice(0, 200),
        environmentId: null,
        outcome: 'refused',
        detail: { because, claims: told },
      },
    ),
  )
}
