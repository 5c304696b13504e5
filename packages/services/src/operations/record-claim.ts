import { transact } from '@rollcall/store'
import { noteChange } from '../changes.ts'
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
  return transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const said = { claim: foreignText(claim.claim, 200), claimDetail: foreignText(claim.detail, 1_000), claimedAt: now }
    const { count } = await tx.db.attempt.updateMany({
      where: { id: attempt.attemptId, token: attempt.token, endedAt: null },
      data: {
        ...said,
        claimHttpStatus: claim.httpStatus,
        claimTransport: foreignText(claim.transport, 500),
        heartbeatAt: now,
        settleUntil: claim.settleUntil,
      },
    })
    if (count === 0) return false
    await tx.db.operation.update({
      where: { id: attempt.operationId },
      data: { phase: claim.phase, ...said },
    })
    await noteChange(tx, now, { kind: 'operation.claimed', applyId: attempt.applyId, operationId: attempt.operationId })
    return true
  })
}
