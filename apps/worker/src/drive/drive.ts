import {
  type Attempt,
  askLeave,
  heartbeatOperation,
  type Outcome,
  recordClaim,
  settleOperation,
  takeOperation,
} from '@rollcall/services'
import type { Deps } from '../deps.ts'
import { claimWords, lostClaim, type Reaction, reactionOf, reactions, reactionTo } from './claim.ts'
import { withHeart } from './heart.ts'
import { type Look, lookAt, neverBackward, notProven } from './look.ts'
import { until } from './until.ts'

/** A leave to call is good for this long: whoever takes over looks for longer than that before it asks again. */
const leaveMilliseconds = 3_000

/** This driver was told to make room, or lost its attempt: somebody else goes on from the facts. */
class Replaced extends Error {}

/**
 * Drives one operation: look, act only if needed, look again. A first run, a retry and the recovery after a crash are
 * this same path, because what was asked and answered stands in the attempt. Returns when the operation is settled or
 * somebody else has it; throws when `signal` asks to hand it over.
 */
export async function driveOperation(deps: Deps, operationId: string, signal: AbortSignal): Promise<void> {
  const attempt = await takeOperation(deps.ctx, operationId, deps.driver)
  if (!attempt) return
  try {
    await withHeart(deps, attempt, signal, async (alive) => {
      const outcome =
        attempt.askedAt === null ? await actIfNeeded(deps, attempt, alive) : await readBack(deps, attempt, alive)
      await settleOperation(deps.ctx, attempt, outcome)
    })
  } catch (error) {
    if (error instanceof Replaced) return
    throw error
  }
}

async function actIfNeeded(deps: Deps, attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
  const first = await look(deps, attempt, signal, {
    settlingUntil: new Date(deps.ctx.now().getTime() + 1_000),
    decides: true,
  })
  if (first.proven) return { state: 'completed' }
  const backward = neverBackward(attempt, first)
  if (backward) return backward

  const { controlPlaneUrl, controlPlaneTokenEnv } = attempt
  if (controlPlaneUrl === null || controlPlaneTokenEnv === null)
    return { state: 'failed', reason: 'refused', detail: 'This fleet has no control plane that could be asked.' }
  const token = deps.tokenOf(controlPlaneTokenEnv)
  if (token === null) {
    const detail = `The worker has no token for this control plane: ${controlPlaneTokenEnv} is not set.`
    return { state: 'failed', reason: 'refused', detail }
  }
  const asked = performance.now()
  const leave = await askLeave(deps.ctx, attempt)
  if (leave === 'replaced') throw new Replaced()
  if (leave === 'stopped' || leave === 'cancelled') return { state: leave }
  if (leave === 'asked') return readBack(deps, attempt, signal)
  const askedAt = deps.ctx.now()
  await stillMine(deps, attempt, asked)

  // From here on the call may have acted whatever comes back, so it is not tied to `signal`: a stop waits for it.
  const answer = await deps.client.redeploy(
    { url: controlPlaneUrl, token },
    { slugs: [attempt.slug], tag: attempt.tag, timeoutMs: attempt.redeployTimeoutSeconds * 1000 },
  )
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
  return prove(deps, attempt, signal, { reaction, settleUntil, said: answer.message })
}

/** An earlier driver asked. What it heard, or that it heard nothing, is all there is: look, do not ask again. */
async function readBack(deps: Deps, attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
  const reaction = reactionOf(attempt.claim)
  if (attempt.claimedAt && attempt.settleUntil) {
    return prove(deps, attempt, signal, { reaction, settleUntil: attempt.settleUntil, said: attempt.claimDetail ?? '' })
  }
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
  return prove(deps, attempt, signal, { reaction, settleUntil, said })
}

interface Proof {
  reaction: Reaction
  settleUntil: Date
  said: string
}

/** Looks until the tenant answers with the build, a newer one has taken over, or the time is up. */
async function prove(deps: Deps, attempt: Attempt, signal: AbortSignal, proof: Proof): Promise<Outcome> {
  const pollMs = attempt.pollSeconds * 1000
  for (;;) {
    const left = proof.reaction.look === 'once' ? 0 : proof.settleUntil.getTime() - deps.ctx.now().getTime()
    const seen = await look(deps, attempt, signal, {
      settlingUntil: left > 0 ? proof.settleUntil : null,
      decides: left <= 0,
    })
    if (seen.proven) return { state: 'completed' }
    if (seen.verdict === 'ahead') return neverBackward(attempt, seen) ?? notProven(seen, proof.reaction, proof.said)
    if (left <= 0) return notProven(seen, proof.reaction, proof.said)
    await until(Math.min(pollMs, Math.max(0, proof.settleUntil.getTime() - deps.ctx.now().getTime())), signal)
  }
}

async function look(...asked: Parameters<typeof lookAt>): Promise<Look> {
  const seen = await lookAt(...asked)
  if (!seen) throw new Replaced()
  return seen
}

/**
 * Until when the tenant may take to answer with the build. Nobody knows whether a call without an answer still goes on,
 * so it is given at least the time that its answer would have been given: a second call must not meet the first one.
 */
function patience(deps: Deps, attempt: Attempt, reaction: Reaction, askedAt: Date | null): Date {
  const settledBy = deps.ctx.now().getTime() + attempt.settleBudgetSeconds * 1000
  const answeredBy = reaction.unheard && askedAt ? askedAt.getTime() + attempt.redeployTimeoutSeconds * 1000 : 0
  return new Date(Math.max(settledBy, answeredBy))
}

/**
 * A process that stood still between the leave and the call may have been replaced meanwhile, and its late call would
 * be a second one. `since` is when the leave was asked for, by a clock that does not stop with us.
 */
async function stillMine(deps: Deps, attempt: Attempt, since: number): Promise<void> {
  for (let asked = since; performance.now() - asked > leaveMilliseconds; ) {
    asked = performance.now()
    if (!(await heartbeatOperation(deps.ctx, attempt))) throw new Replaced()
  }
}
