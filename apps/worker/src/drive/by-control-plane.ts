import { assertRedeploy } from '@rollcall/redeploy-client'
import { recordClaim } from '@rollcall/services'
import { claimWords, lostClaim, reactionOf, reactions, reactionTo } from './claim.ts'
import { patience, Replaced, takeLeave, type Way } from './way.ts'

/** The control plane of the fleet brings it: one call, whose answer is a claim. */
export const byControlPlane: Way = {
  async ask(deps, attempt) {
    const { controlPlaneUrl, controlPlaneTokenEnv } = attempt
    if (controlPlaneUrl === null || controlPlaneTokenEnv === null)
      return refused('This fleet has no control plane that could be asked.')
    // Before the leave is taken: a call that cannot be made must not stand in the record as one that was, and between
    // the leave and the call there must be nothing to wait for.
    const token = await deps.secretFor(controlPlaneTokenEnv, controlPlaneUrl)
    if ('refusal' in token) return refused(token.refusal)
    const controlPlane = { url: controlPlaneUrl, token: token.value }
    const scope = { slugs: [attempt.slug], tag: attempt.tag }
    try {
      assertRedeploy(controlPlane, scope)
    } catch (error) {
      // an address or a tag that can be none
      if (error instanceof TypeError) return refused(error.message)
      throw error
    }
    const askedAt = await takeLeave(deps, attempt)

    // From here on the call may have acted whatever comes back, so it is not tied to a signal: a stop waits for it.
    const timeoutMs = attempt.redeployTimeoutSeconds * 1000
    const answer = await deps.client.redeploy(controlPlane, { ...scope, timeoutMs })
    const reaction = reactionTo(answer)
    const settleUntil = patience(deps, attempt, reaction, askedAt)
    const mine = await recordClaim(deps.ctx, attempt, {
      claim: claimWords(answer),
      detail: answer.message,
      httpStatus: answer.httpStatus,
      transport: answer.transport ? `${answer.transport.code}: ${answer.transport.message}` : null,
      settleUntil,
      phase: reaction === reactions.accepted ? 'settling' : 'verifying',
    })
    if (!mine) throw new Replaced()
    return { proof: { reaction, settleUntil, said: answer.message } }
  },

  /** What the earlier driver heard, or that it heard nothing, is all there is: look, do not ask again. */
  async hear(deps, attempt) {
    const reaction = reactionOf(attempt.claim)
    if (attempt.claimedAt && attempt.settleUntil)
      return { proof: { reaction, settleUntil: attempt.settleUntil, said: attempt.claimDetail ?? '' } }
    const settleUntil = patience(deps, attempt, reaction, attempt.askedAt)
    const said = 'The driver that asked the control plane went away before it was answered.'
    const mine = await recordClaim(deps.ctx, attempt, {
      claim: lostClaim,
      detail: said,
      httpStatus: null,
      transport: 'the driver was replaced',
      settleUntil,
      phase: 'verifying',
    })
    if (!mine) throw new Replaced()
    return { proof: { reaction, settleUntil, said } }
  },
}

function refused(detail: string) {
  return { outcome: { state: 'failed', reason: 'refused', detail } } as const
}
