import { inOneStatement, writeClaim } from '@rollcall/store'
import { noteSoon } from '../changes.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { Attempt } from './take.ts'

/** What the control plane said, or that it could not be heard. Transport, status and words are separate facts. */
export interface Claim {
  claim: string
  detail: string
  httpStatus: number | null
  transport: string | null
  /** until when the tenant may take to answer with the new build */
  settleUntil: Date
  phase: 'settling' | 'verifying'
}

/** Stores a claim beside, never instead of, an observation. False: another driver has the attempt. */
export async function recordClaim(ctx: Context, attempt: Attempt, claim: Claim): Promise<boolean> {
  const said = {
    ...claim,
    claim: foreignText(claim.claim, 200),
    detail: foreignText(claim.detail, 1_000),
    transport: foreignText(claim.transport, 500),
  }
  const now = ctx.now()
  const mine = await inOneStatement(ctx.store, (db) => writeClaim(db, attempt, said, now))
  if (mine) noteSoon(ctx, 'operation.claimed', attempt, now)
  return mine
}
