import {
  type BuildOrder,
  compareBuilds,
  type failureReasons,
  judgeReading,
  type Reading,
  type Verdict,
} from '@rollcall/rollout'
import { type Attempt, type Outcome, recordLook } from '@rollcall/services'
import { askTenant } from '../ask-tenant.ts'
import type { Deps } from '../deps.ts'
import type { Reaction } from './claim.ts'

/** One look at a tenant in the course of an attempt. */
export interface Look {
  reading: Reading
  verdict: Verdict
  why: string
  /** the tenant itself answers with the build */
  proven: boolean
  /** what the build that it runs is, compared with the one to bring */
  order: BuildOrder
}

/**
 * Asks the tenant itself and stores the answer; null when another driver has the attempt. `decides`: whatever it answers,
 * the next write follows at once and tells those who watch of both.
 */
export async function lookAt(
  deps: Deps,
  attempt: Attempt,
  signal: AbortSignal,
  { settlingUntil, decides }: { settlingUntil: Date | null; decides: boolean },
): Promise<Look | null> {
  const { ctx } = deps
  const reading = await askTenant(deps, attempt.tenantUrlTemplate, attempt.slug, signal)
  const order = await orderOf(deps, attempt, reading)
  const expected = { sha: attempt.sha, settlingUntil, maxAgeSeconds: null, orderOf: () => order }
  const { verdict, reason } = judgeReading(expected, reading, ctx.now())
  const proven = verdict === 'fresh'
  if (!(await recordLook(ctx, attempt, reading, verdict, { tell: !decides && !proven }))) return null
  return { reading, verdict, why: reason, proven, order }
}

async function orderOf({ buildOf }: Deps, attempt: Attempt, reading: Reading): Promise<BuildOrder> {
  if (reading.kind !== 'sha') return 'unknown'
  if (reading.sha === attempt.sha) return 'same'
  return compareBuilds(await buildOf(attempt.componentId, reading.sha), attempt)
}

/**
 * Never backward: the plan was made on what the tenant ran then. If it runs something newer now, or something whose
 * order nobody knows, it is left alone, unless the plan said that this is what is wanted.
 */
export function neverBackward(attempt: Attempt, { reading, order }: Look): Outcome | null {
  if (reading.kind !== 'sha' || reading.sha === attempt.fromSha) return null
  const runs = `${attempt.slug} runs ${reading.sha.slice(0, 7)} now`
  if (order === 'newer' && !attempt.allowDowngrade) {
    return {
      state: 'failed',
      reason: 'newer_took_over',
      detail: `${runs}, which is newer than ${attempt.sha.slice(0, 7)}. It was left alone.`,
    }
  }
  if (order === 'unknown' && !attempt.allowUnknownOrder) {
    return {
      state: 'failed',
      reason: 'newer_took_over',
      detail: `${runs}, which was not so when this was planned, and whether it is newer is not known. It was left alone.`,
    }
  }
  return null
}

const reasonOfVerdict = {
  fresh: 'stale',
  stale: 'stale',
  settling: 'stale',
  ahead: 'newer_took_over',
  unknown: 'stale',
  never_seen: 'unreachable',
  unreachable: 'unreachable',
  unhealthy: 'unhealthy',
  wrong_service: 'wrong_service',
  unstamped: 'unstamped',
} as const satisfies Record<Verdict, keyof typeof failureReasons>

/** The time is up and no look proved the build: named after the claim that failed, or after what the tenant answers. */
export function notProven(look: Look, reaction: Reaction, said: string): Outcome {
  const reason = reaction.reason ?? reasonOfVerdict[look.verdict]
  const detail =
    reaction.reason === null
      ? `${look.why} ${reaction.by ?? 'The control plane'} had claimed success.`
      : `${said} ${look.why}`.trim()
  return { state: 'failed', reason, detail: detail.slice(0, 1_000) }
}
