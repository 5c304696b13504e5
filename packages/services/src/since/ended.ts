import type { ApplyState } from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { applyRow, applyRowSelect } from '../reads/apply-view.ts'
import { seen } from '../sees.ts'
import { readAtMost } from './section.ts'
import type { SinceItem } from './views.ts'

/** How an apply that has ended is told. */
const told = {
  pending: null,
  awaiting_approval: null,
  running: null,
  running_degraded: null,
  paused: null,
  completed: 'finished',
  completed_with_stragglers: 'finished',
  // somebody decided so, or a newer one took over: neither is a failure
  cancelled: 'finished',
  rejected: 'finished',
  superseded: 'finished',
  failed: 'failed',
  stopped: 'failed',
  rolled_back: 'failed',
} as const satisfies Record<ApplyState, 'finished' | 'failed' | null>

interface Ended {
  finished: SinceItem[]
  failed: SinceItem[]
}

/** What has ended since then: applies, promotions, and updates that were recorded; and what raised an alert. */
export async function endedSince(ctx: Context, since: Date): Promise<Ended> {
  const { db } = ctx.store
  const [applies, promotions, updates, alerts] = await Promise.all([
    db.apply.findMany({
      where: { endedAt: { gte: since }, ...seen(ctx) },
      orderBy: { id: 'desc' },
      take: readAtMost,
      ...applyRowSelect,
    }),
    db.promotion.findMany({
      where: { endedAt: { gte: since }, dryRun: false, state: { in: ['done', 'undone', 'torn'] } },
      orderBy: { id: 'desc' },
      take: readAtMost,
      select: { id: true, imageSet: true, state: true, headline: true, endedAt: true, openedBy: true },
    }),
    db.externalUpdate.findMany({
      // one that is followed by an apply is told by that
      where: { recordedAt: { gte: since }, applyId: null, ...seen(ctx) },
      orderBy: { id: 'desc' },
      take: readAtMost,
    }),
    db.alert.findMany({
      where: { raisedAt: { gte: since } },
      orderBy: { id: 'desc' },
      take: readAtMost,
    }),
  ])
  const ended: Ended = { finished: [], failed: [] }
  for (const apply of applies.map(applyRow)) {
    const where = told[apply.state]
    if (where === null) continue
    ended[where].push({
      at: apply.endedAt ?? apply.openedAt,
      text: `${apply.component} ${apply.tag}: ${apply.headline}`,
      subject: { type: 'apply', id: apply.id },
      environment: apply.environment,
      by: apply.openedBy,
      reason: null,
    })
  }
  for (const { id, imageSet, state, headline, endedAt, openedBy } of promotions) {
    ended[state === 'done' ? 'finished' : 'failed'].push({
      at: (endedAt as Date).toISOString(),
      text: `${imageSet}: ${headline}`,
      subject: { type: 'promotion', id },
      environment: null,
      by: openedBy,
      reason: null,
    })
  }
  for (const { id, deployName, version, sha, environment, recordedAt, receivedBy } of updates) {
    ended.finished.push({
      at: (recordedAt as Date).toISOString(),
      text: `${deployName} ${version ?? sha.slice(0, 7)} was recorded.`,
      subject: { type: 'update', id },
      environment,
      by: receivedBy,
      reason: null,
    })
  }
  for (const { id, text, raisedAt, subjectType, subjectId } of alerts) {
    // the promotion that ended badly is told already
    if (subjectType === 'promotion' && promotions.some((one) => one.id === subjectId)) continue
    ended.failed.push({
      at: raisedAt.toISOString(),
      text,
      subject: subjectType === 'promotion' ? { type: 'promotion', id: subjectId } : { type: 'alert', id: String(id) },
      environment: null,
      by: null,
      reason: null,
    })
  }
  return ended
}
