import { type Check, lockIdempotencyKey, newId, type Tx } from '@rollcall/store'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { decideJob } from '../promotions/drive-job.ts'

export interface CheckFacts {
  repo: string | null
  sha: string
  context: string
  status: string
  url: string | null
  /** grows with time within one context of one commit, where the source counts */
  order: bigint | null
  /** the source: numbers of two sources say nothing about each other */
  reportedBy: string
  deliveryId: string | null
  /** when it came */
  at: Date
}

/** `written`: it is a row of its own. `known`: it was told before. `late`: its source has counted further already. */
export interface Recorded {
  outcome: 'written' | 'known' | 'late'
  /** the row that holds it; of a late one, the row that overtook it */
  check: Check
}

/**
 * Writes what a check said, and asks for the promotions that wait for its commit. The newest row of a context counts,
 * and ids sort as they count: by the time a report came, and among numbered ones of one source by their number. So a
 * report that is overtaken before it is written has no row, whatever the order in which deliveries are handled.
 */
export async function recordCheck(tx: Tx, ctx: Context, facts: CheckFacts): Promise<Recorded> {
  const { sha, context, repo, reportedBy } = facts
  // one at a time, so that the same report twice at once is one row
  await lockIdempotencyKey(tx, `check ${sha} ${context}`)
  const newestWhere = (where: object) =>
    tx.db.check.findFirst({ where: { sha, context, ...where }, orderBy: { id: 'desc' } })

  const same = facts.deliveryId === null ? null : await newestWhere({ deliveryId: facts.deliveryId })
  if (same) return { outcome: 'known', check: same }
  const furthest = facts.order === null ? null : await newestWhere({ repo, reportedBy, order: { not: null } })
  if (furthest && isBefore(facts, furthest)) return { outcome: 'late', check: furthest }
  if (furthest && furthest.order === facts.order && furthest.status === facts.status)
    return { outcome: 'known', check: furthest }
  const newest = await newestWhere({})
  if (newest && saysTheSame(newest, facts)) return { outcome: 'known', check: newest }

  // What is told here and now follows all that was told before, also within one millisecond or by a clock that is behind.
  const follows = facts.deliveryId === null ? newest : furthest
  const at = follows && follows.at >= facts.at ? new Date(follows.at.getTime() + 1) : facts.at
  const check = await tx.db.check.create({ data: { ...facts, id: newId('chk', at.getTime()), at } })
  await audit(tx, ctx, {
    action: 'check.report',
    subjectType: 'check',
    subjectId: check.id,
    environmentId: null,
    detail: { sha, context, status: facts.status, deliveryId: facts.deliveryId },
  })
  await noteChange(tx, ctx.now(), { kind: 'check.reported' })
  tx.send(decideJob(sha))
  return { outcome: 'written', check }
}

const isBefore = (facts: CheckFacts, furthest: Check) =>
  facts.order !== null && furthest.order !== null && facts.order < furthest.order

/** Nothing new, from the same source, and neither of the two is numbered. A delivery that is repeated is told apart before. */
function saysTheSame(newest: Check, facts: CheckFacts): boolean {
  const fields = ['status', 'url', 'repo', 'reportedBy', 'order'] as const
  return facts.order === null && facts.at >= newest.at && fields.every((field) => newest[field] === facts[field])
}
