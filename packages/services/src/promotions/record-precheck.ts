import {
  type ImageReading,
  judgePrecheck,
  namesSameCommit,
  type PromotionFacts,
  type PromotionTrigger,
} from '@rollcall/rollout'
import type { Build, Prisma } from '@rollcall/store'
import type { Context, Reader } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import { broughtBy } from './around.ts'
import { overrideOf, type PromotionPlan, planOf, withMoves } from './facts.ts'
import { writeJournal } from './journal.ts'
import type { PromotionDrive } from './take.ts'

/**
 * Records what the registry says of every image, and whether the promotion may begin by it: one journal entry. A failure
 * stands in the facts that come back; nothing was moved then. Null: another driver has it.
 */
export function recordPrecheck(
  ctx: Context,
  drive: PromotionDrive,
  heard: readonly ImageReading[],
): Promise<PromotionFacts | null> {
  return writeJournal(ctx, drive, async (tx, now) => {
    const readings = await rememberCommits(tx.db, drive, heard)
    const row = await tx.db.promotion.findUniqueOrThrow({ where: { id: drive.id }, ...withMoves })
    const plan = planOf(row)
    const builds = await buildsOf(tx.db, row.componentId, [row.sha, ...revisionsOf(readings)])
    const buildOf = (revision: string) => builds.find(({ sha }) => namesSameCommit(sha, revision)) ?? null
    const own = builds.find(({ sha }) => sha === row.sha) ?? null
    const trigger = row.trigger as PromotionTrigger
    const { failure, order, warnings } = judgePrecheck({
      sha: row.sha,
      trigger,
      sourceTags: row.moves.map(({ sourceTag }) => sourceTag),
      destinationTag: plan.set.destinationTag,
      build: own,
      publishedDigests: publishedDigests(own, plan.set.images),
      readings,
      buildOf,
      passesOrder: overrideOf(row)?.order === true,
      expected: plan.expected,
    })
    for (const [position, { source, destination }] of readings.entries()) {
      const previous = destination.state === 'found' ? destination : null
      const changed = source.state === 'found' && previous !== null && previous.digest !== source.digest
      await tx.db.promotionMove.update({
        where: { promotionId_position: { promotionId: drive.id, position } },
        data: {
          ...(source.state === 'found' ? { sourceDigest: source.digest, mediaType: source.mediaType } : {}),
          previousDigest: previous?.digest ?? null,
          previousRevision: previous?.revision ?? null,
          readAt: destination.state === 'found' || destination.state === 'absent' ? now : null,
          snapshotTag: changed && trigger !== 'undo' ? snapshotTagOf(plan.set.destinationTag, now) : null,
          failure: source.state === 'found' ? null : foreignText(source.message, 500),
        },
      })
    }
    // by itself it never goes back: a newer one is there, and that is no failure of anybody
    const told = failure?.rule === 'behind' && trigger === 'automatic' ? { ...failure, rule: 'superseded' } : failure
    await tx.db.promotion.update({
      where: { id: drive.id },
      data: {
        order: order.order,
        orderDetail: foreignText(order.detail, 500),
        plan: { ...plan, heldBy: [], warnings } satisfies PromotionPlan as unknown as Prisma.InputJsonValue,
        ...(told === null
          ? { precheckedAt: now }
          : { failure: { ...told, message: foreignText(told.message, 1_000) } as unknown as Prisma.InputJsonValue }),
      },
    })
  })
}

/**
 * An image without a label is of no known commit, unless an earlier promotion of the set brought it: then the journal
 * knows, and an older build does not pass for one of unknown order. Only where both are builds that can be compared.
 */
async function rememberCommits(
  db: Reader,
  { plan, sha, componentId }: PromotionDrive,
  heard: readonly ImageReading[],
): Promise<ImageReading[]> {
  if (componentId === null) return [...heard]
  return Promise.all(
    heard.map(async (reading) => {
      const { repository, destination } = reading
      if (destination.state !== 'found' || destination.revision !== null) return reading
      const commit = await broughtBy(db, plan.set.name, repository, destination.digest)
      if (commit === null) return reading
      const known = await db.build.count({ where: { componentId, sha: { in: [commit, sha] } } })
      if (known < (commit === sha ? 1 : 2)) return reading
      return { ...reading, destination: { ...destination, revision: commit, unlabelled: false } }
    }),
  )
}

/** The tag that keeps what was there: one a day, in UTC. */
export function snapshotTagOf(destinationTag: string, now: Date): string {
  return `${destinationTag}-prev-${now.toISOString().slice(0, 10).replaceAll('-', '')}`
}

const revisionsOf = (readings: readonly ImageReading[]) =>
  readings.flatMap(({ destination }) => (destination.state === 'found' ? (destination.revision ?? []) : []))

/** The builds of these commits, where either may be named in short; of two that a short name fits, none. */
async function buildsOf(db: Reader, componentId: string | null, shas: readonly string[]): Promise<Build[]> {
  if (componentId === null) return []
  const builds = await db.build.findMany({
    where: { componentId, OR: [...new Set(shas)].map((sha) => ({ sha: { startsWith: sha.slice(0, 40) } })) },
  })
  return builds.filter((build) =>
    shas.some(
      (sha) => namesSameCommit(build.sha, sha) && builds.filter((one) => namesSameCommit(one.sha, sha)).length === 1,
    ),
  )
}

/** What was published, by repository: an image may have been named with its registry. */
function publishedDigests(build: Build | null, repositories: readonly string[]): Record<string, string> {
  const images = Object.entries((build?.images ?? {}) as Record<string, string>)
  return Object.fromEntries(
    repositories.flatMap((repository) => {
      const found = images.find(([name]) => name === repository || name.endsWith(`/${repository}`))
      return found ? [[repository, found[1]]] : []
    }),
  )
}
