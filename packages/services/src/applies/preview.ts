import { type ApplyState, judgeReading } from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { parse } from '../errors.ts'
import { readingOf } from '../fleet/reading-row.ts'
import type { PlanPreview } from '../views.ts'
import { openApplyInput } from './open-input.ts'
import { findPlace, planFor } from './plan.ts'

/** What opening an apply with this input would do, without doing it: from → to per target, or every reason to refuse. */
export async function previewApply(ctx: Context, input: unknown): Promise<PlanPreview> {
  const parsed = parse(openApplyInput, input)
  const now = ctx.now()
  const place = await findPlace(ctx.store.db, parsed)
  const { terms, approvalKept, plan, planHash, refusals, waiting, holding } = await planFor(ctx.store.db, place, parsed)
  const readings = await ctx.store.db.currentReading.findMany({
    where: {
      componentId: place.component.id,
      targetId: { in: (plan?.operations ?? []).map(({ targetId }) => targetId) },
    },
  })
  const readingByTarget = new Map(readings.map((row) => [row.targetId, readingOf(row)]))
  const stateful = ({ id, sha, state }: { id: string; sha: string; state: string }) => ({
    id,
    sha,
    state: state as ApplyState,
  })
  return {
    planHash: refusals.length === 0 ? planHash : null,
    refusals,
    policy: terms,
    approvalKept,
    summary: plan?.summary ?? null,
    operations: (plan?.operations ?? []).map(({ targetId, ...operation }) => ({
      ...operation,
      // judged against what it runs: before the apply, nobody expects the new build of it
      verdict: judgeReading(
        { sha: operation.fromSha, settlingUntil: null, maxAgeSeconds: null },
        readingByTarget.get(targetId) ?? null,
        now,
      ).verdict,
    })),
    supersedes: waiting.map(stateful),
    waitsBehind: holding ? stateful(holding) : null,
  }
}
