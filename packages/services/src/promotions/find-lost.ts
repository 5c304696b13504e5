import type { Sending } from '@rollcall/store'
import { currentConfiguration } from '../configuration/current.ts'
import type { Reader } from '../context.ts'
import { automaticKey } from './decide.ts'
import { decideJob, promotionJob, watchJob } from './drive-job.ts'

const driverSilentSeconds = 12
const watchEverySeconds = 300
/** Builds whose turn was lost are looked for twice a minute, and for a day. */
const decideEverySeconds = 30
const decideForHours = 24

/**
 * Promotions whose time has come or whose driver is silent, image sets whose tags were not read for long, and commits
 * with checks that nobody has decided about. Jobs only: whoever gets them looks at the facts.
 */
export async function findLostPromotions(db: Reader, now: Date): Promise<Sending[]> {
  const silent = new Date(now.getTime() - driverSilentSeconds * 1000)
  const [promotions, configuration, watched] = await Promise.all([
    db.promotion.findMany({
      where: {
        OR: [{ wakeAt: { lte: now } }, { endedAt: null, token: { not: null }, heartbeatAt: { lt: silent } }],
      },
      select: { id: true },
      take: 1_000,
    }),
    currentConfiguration(db),
    db.watchedTag.groupBy({ by: ['imageSet'], _min: { readAt: true } }),
  ])
  const readAt = new Map(watched.map(({ imageSet, _min }) => [imageSet, _min.readAt?.getTime() ?? 0]))
  const due = configuration.imageSets.filter(
    ({ name }) => now.getTime() - (readAt.get(name) ?? 0) >= watchEverySeconds * 1000,
  )
  const isTurn = Math.floor(now.getTime() / 1000) % decideEverySeconds < 2
  const undecided = isTurn ? await findUndecided(db, now) : []
  return [
    ...promotions.map(({ id }) => promotionJob(id)),
    ...due.map(({ name }) => watchJob(name)),
    ...undecided.map(decideJob),
  ]
}

async function findUndecided(db: Reader, now: Date): Promise<string[]> {
  const { imageSets } = await currentConfiguration(db)
  const automatic = imageSets.filter(({ automatic, gate }) => automatic && gate !== null)
  if (automatic.length === 0) return []
  const since = new Date(now.getTime() - decideForHours * 3_600_000)
  const shas = await Promise.all(
    automatic.map(async (set) => {
      const builds = await db.build.findMany({
        where: { component: { slug: set.component }, branch: set.branch, publishedAt: { gte: since } },
        orderBy: { orderedAt: 'desc' },
        take: 3,
        select: { sha: true },
      })
      const keys = builds.map(({ sha }) => automaticKey(set.name, sha))
      const known = await db.promotion.findMany({ where: { dedupeKey: { in: keys } }, select: { sha: true } })
      return builds.map(({ sha }) => sha).filter((sha) => !known.some((one) => one.sha === sha))
    }),
  )
  return [...new Set(shas.flat())]
}
