import { type Attempt, heartbeatOperation, type Outcome, settleOperation, takeOperation } from '@rollcall/services'
import type { DriveDeps } from '../deps.ts'
import { withHeart } from '../heart.ts'
import { byControlPlane } from './by-control-plane.ts'
import { byWorkflow } from './by-workflow.ts'
import { type Look, lookAt, neverBackward, notProven } from './look.ts'
import { until } from './until.ts'
import { AskedBefore, Ended, type Heard, type Proof, Replaced, type Way } from './way.ts'

/**
 * Drives one operation: look, act only if needed, look again. A first run, a retry and the recovery after a crash are
 * this same path, because what was asked and answered stands in the attempt. Returns when the operation is settled or
 * somebody else has it; throws when `signal` asks to hand it over.
 */
export async function driveOperation(deps: DriveDeps, operationId: string, signal: AbortSignal): Promise<void> {
  const attempt = await takeOperation(deps.ctx, operationId, deps.driver)
  if (!attempt) return
  try {
    await withHeart(
      () => heartbeatOperation(deps.ctx, attempt),
      signal,
      async (alive) => {
        const outcome =
          attempt.askedAt === null
            ? await actIfNeeded(deps, attempt, alive)
            : await decide(deps, attempt, alive, await wayOf(attempt).hear(deps, attempt, alive))
        await settleOperation(deps.ctx, attempt, outcome)
      },
    )
  } catch (error) {
    if (error instanceof Replaced) return
    throw error
  }
}

/** How a fleet's targets are brought to a build. What nobody knows is asked at the control plane, which refuses it. */
const ways: Readonly<Record<string, Way>> = { control_plane: byControlPlane, workflow: byWorkflow }

function wayOf({ deploysBy }: Attempt): Way {
  return ways[deploysBy] ?? byControlPlane
}

async function actIfNeeded(deps: DriveDeps, attempt: Attempt, signal: AbortSignal): Promise<Outcome> {
  const first = await look(deps, attempt, signal, {
    settlingUntil: new Date(deps.ctx.now().getTime() + 1_000),
    decides: true,
  })
  if (first.proven) return { state: 'completed' }
  const backward = neverBackward(attempt, first)
  if (backward) return backward
  try {
    return await decide(deps, attempt, signal, await wayOf(attempt).ask(deps, attempt, signal))
  } catch (error) {
    if (error instanceof Ended) return { state: error.state }
    if (error instanceof AskedBefore)
      return decide(deps, attempt, signal, await wayOf(attempt).hear(deps, attempt, signal))
    throw error
  }
}

async function decide(deps: DriveDeps, attempt: Attempt, signal: AbortSignal, heard: Heard): Promise<Outcome> {
  return 'outcome' in heard ? heard.outcome : prove(deps, attempt, signal, heard.proof)
}

/** Looks until the tenant answers with the build, a newer one has taken over, or the time is up. */
async function prove(deps: DriveDeps, attempt: Attempt, signal: AbortSignal, proof: Proof): Promise<Outcome> {
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
