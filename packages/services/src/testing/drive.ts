import type { Reading } from '@rollcall/rollout'
import { askLeave } from '../operations/ask.ts'
import { recordClaim } from '../operations/record-claim.ts'
import { recordLook } from '../operations/record-look.ts'
import { type Outcome, settleOperation } from '../operations/settle.ts'
import { type Attempt, takeOperation } from '../operations/take.ts'
import type { TestWorld } from './world.ts'

/** Drives a running operation to an outcome through the worker's own verbs, without a network. */
export async function driveTo(world: TestWorld, operationId: string, outcome: Outcome): Promise<void> {
  const attempt = await takeOperation(world.ctx, operationId, 'test')
  if (!attempt) throw new Error(`there is nothing to drive in ${operationId}`)
  await askLeave(world.ctx, attempt)
  await recordClaim(world.ctx, attempt, {
    claim: 'Success',
    detail: '',
    httpStatus: 200,
    transport: null,
    settleUntil: new Date(world.clock.now.getTime() + 60_000),
    phase: 'settling',
  })
  const sha = outcome.state === 'completed' ? attempt.sha : (attempt.fromSha ?? attempt.sha)
  await recordLook(world.ctx, attempt, shaReading(world, sha), outcome.state === 'completed' ? 'fresh' : 'stale')
  await settleOperation(world.ctx, attempt, outcome)
  // what is told a moment later must not come into what a test looks at next
  await world.store.later.flush()
}

export function shaReading(world: TestWorld, sha: string): Reading {
  return { kind: 'sha', sha, at: world.clock.now, latencyMs: 1, httpStatus: 200, detail: null }
}

export type { Attempt }
