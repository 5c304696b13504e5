import type { ApplyState } from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { seenAlerts } from '../promotions/alerts.ts'
import { applyRow, applyRowSelect } from '../reads/apply-view.ts'
import { seen } from '../sees.ts'
import { listed, type Told, together } from './section.ts'
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

/** The same of promotions; one that is under way is told nowhere. */
const promotionsTold = { finished: ['done'], failed: ['undone', 'torn'] }

type How = 'finished' | 'failed'

/** What has ended since then: applies, promotions, and updates that were recorded; and what raised an alert. */
export async function endedSince(ctx: Context, since: Date): Promise<Record<How, Told>> {
  const [finished, failed] = await Promise.all([
    Promise.all([applies(ctx, since, 'finished'), promotions(ctx, since, 'finished'), updates(ctx, since)]),
    Promise.all([applies(ctx, since, 'failed'), promotions(ctx, since, 'failed'), alerts(ctx, since)]),
  ])
  return { finished: together(finished), failed: together(failed) }
}

async function applies(ctx: Context, since: Date, how: How): Promise<Told> {
  const { apply } = ctx.store.db
  const states = (Object.keys(told) as ApplyState[]).filter((state) => told[state] === how)
  const where = { endedAt: { gte: since }, state: { in: states }, ...seen(ctx) }
  const [total, rows] = await Promise.all([
    apply.count({ where }),
    apply.findMany({ where, orderBy: [{ endedAt: 'desc' }, { id: 'desc' }], take: listed, ...applyRowSelect }),
  ])
  const items = rows.map(applyRow).map((row): SinceItem => {
    return {
      at: row.endedAt ?? row.openedAt,
      text: `${row.component} ${row.tag}: ${row.headline}`,
      subject: { type: 'apply', id: row.id },
      environment: row.environment,
      by: row.openedBy,
      reason: null,
    }
  })
  return { items, total }
}

async function promotions(ctx: Context, since: Date, how: How): Promise<Told> {
  const { promotion } = ctx.store.db
  const where = { endedAt: { gte: since }, dryRun: false, state: { in: promotionsTold[how] } }
  const select = { id: true, imageSet: true, headline: true, endedAt: true, openedBy: true }
  const [total, rows] = await Promise.all([
    promotion.count({ where }),
    promotion.findMany({ where, orderBy: [{ endedAt: 'desc' }, { id: 'desc' }], take: listed, select }),
  ])
  const items = rows.map(({ id, imageSet, headline, endedAt, openedBy }): SinceItem => {
    return {
      at: (endedAt as Date).toISOString(),
      text: `${imageSet}: ${headline}`,
      subject: { type: 'promotion', id },
      environment: null,
      by: openedBy,
      reason: null,
    }
  })
  return { items, total }
}

async function updates(ctx: Context, since: Date): Promise<Told> {
  const { externalUpdate } = ctx.store.db
  // one that is followed by an apply is told by that
  const where = { recordedAt: { gte: since }, applyId: null, ...seen(ctx) }
  const [total, rows] = await Promise.all([
    externalUpdate.count({ where }),
    externalUpdate.findMany({ where, orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }], take: listed }),
  ])
  const items = rows.map(({ id, deployName, version, sha, environment, recordedAt, receivedBy }): SinceItem => {
    return {
      at: (recordedAt as Date).toISOString(),
      text: `${deployName} ${version ?? sha.slice(0, 7)} was recorded.`,
      subject: { type: 'update', id },
      environment,
      by: receivedBy,
      reason: null,
    }
  })
  return { items, total }
}

async function alerts(ctx: Context, since: Date): Promise<Told> {
  const { alert } = ctx.store.db
  // a promotion that ended badly is told by itself
  const where = { AND: [{ raisedAt: { gte: since }, subjectType: { not: 'promotion' } }, await seenAlerts(ctx)] }
  const [total, rows] = await Promise.all([
    alert.count({ where }),
    alert.findMany({ where, orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }], take: listed }),
  ])
  const items = rows.map(({ id, text, raisedAt }): SinceItem => {
    return {
      at: raisedAt.toISOString(),
      text,
      subject: { type: 'alert', id: String(id) },
      environment: null,
      by: null,
      reason: null,
    }
  })
  return { items, total }
}
