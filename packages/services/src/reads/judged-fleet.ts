import { compareBuilds, judgeReading, type Verdict, verdicts } from '@rollcall/rollout'
import type { Build, Environment, Fleet } from '@rollcall/store'
import type { Reader } from '../context.ts'
import { askedComponent } from '../fleet/find.ts'
import { fleetOrder } from '../fleet/order.ts'
import { readingOf } from '../fleet/reading-row.ts'
import type { FleetTarget } from '../views.ts'

/** Sweeps that did not come for this many of their intervals make an answer too old to be believed. */
const missedSweeps = 5
const leastAgeSeconds = 300

/** How old an answer may be before it is no longer believed. */
export function oldAfterSeconds({ sweepSeconds }: Pick<Environment, 'sweepSeconds'>): number {
  return Math.max(leastAgeSeconds, sweepSeconds * missedSweeps)
}

/**
 * Every target of a fleet with what it should run beside what it answered. A sweep does not rewrite an answer
 * that stayed the same, so an unchanged answer is as old as the last sweep, not as its row.
 */
export async function judgedFleet(
  db: Reader,
  { environment, fleet }: { environment: Pick<Environment, 'sweepSeconds'>; fleet: Fleet },
  componentId: string,
  now: Date,
  targetId?: string,
): Promise<FleetTarget[]> {
  const targets = await db.target.findMany({
    where: { fleetId: fleet.id, ...(targetId ? { id: targetId } : {}) },
    orderBy: fleetOrder,
    include: { readings: { where: { componentId } }, expectations: { where: { componentId } } },
  })
  const builds = await buildsOf(db, componentId, targets)
  // a roll call asks about one component; it confirms nothing about the others
  const sweptAt = (await askedComponent(db, fleet))?.id === componentId ? fleet.sweptAt : null
  const maxAgeSeconds = oldAfterSeconds(environment)
  return targets.map((target) => {
    const row = target.readings[0] ?? null
    const expectation = target.expectations[0] ?? null
    const expected = expectation ? (builds.byId.get(expectation.buildId) ?? null) : null
    const at = row ? confirmedAt(row.at, sweptAt, target) : null
    const judgement = judgeReading(
      {
        sha: expected?.sha ?? null,
        settlingUntil: expectation?.settlingUntil ?? null,
        maxAgeSeconds,
        orderOf: (observed) => compareBuilds(builds.bySha.get(observed) ?? null, expected),
      },
      row && at ? { ...readingOf(row), at } : null,
      now,
    )
    return {
      slug: target.slug,
      verdict: judgement.verdict,
      expectedSha: expected?.sha ?? null,
      observedSha: row?.sha ?? null,
      observedAt: at?.toISOString() ?? null,
      since: row?.since.toISOString() ?? null,
      reason: judgement.reason,
      applyId: expectation?.applyId ?? null,
      enumerated: target.enumerated,
    }
  })
}

function confirmedAt(at: Date, sweptAt: Date | null, target: { createdAt: Date }): Date {
  return sweptAt && sweptAt > at && sweptAt > target.createdAt ? sweptAt : at
}

async function buildsOf(
  db: Reader,
  componentId: string,
  targets: readonly { readings: { sha: string | null }[]; expectations: { buildId: string }[] }[],
) {
  const ids = new Set(targets.flatMap(({ expectations }) => expectations.map(({ buildId }) => buildId)))
  const shas = new Set(targets.flatMap(({ readings }) => readings.flatMap(({ sha }) => sha ?? [])))
  const builds: Build[] = await db.build.findMany({
    where: { componentId, OR: [{ id: { in: [...ids] } }, { sha: { in: [...shas] } }] },
  })
  return {
    byId: new Map(builds.map((build) => [build.id, build])),
    bySha: new Map(builds.map((build) => [build.sha, build])),
  }
}

export function countVerdicts(targets: readonly FleetTarget[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for (const { verdict } of targets) counts[verdict] += 1
  return counts
}

/** The builds that targets answer with, most frequent first. */
export function buildsRun(targets: readonly FleetTarget[]): { sha: string; targets: number }[] {
  const counts = new Map<string, number>()
  for (const { observedSha } of targets) if (observedSha) counts.set(observedSha, (counts.get(observedSha) ?? 0) + 1)
  return [...counts].map(([sha, n]) => ({ sha, targets: n })).sort((a, b) => b.targets - a.targets)
}
