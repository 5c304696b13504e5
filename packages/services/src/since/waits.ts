import {
  type ApplyVerb,
  allows,
  applyVerbCapability,
  type Capability,
  type Place,
  type Rights,
  type UpdateVerb,
} from '@rollcall/rollout'
import type { Context } from '../context.ts'
import { applyView } from '../reads/apply-view.ts'
import { seen } from '../sees.ts'
import { updateViews } from '../updates/view.ts'
import type { SinceItem } from './views.ts'

/** Looked at one by one; whoever has more unsettled applies than this has another problem. */
const looksAtMost = 100

interface Waits {
  mine: SinceItem[]
  others: number
  next: SinceItem[]
}

/** What waits for a decision, told apart by whether the one who asks may make it; and what goes on by itself, and when. */
export async function waitsFor(ctx: Context, rights: Rights): Promise<Waits> {
  const may = (capability: Capability, place: Place) => allows(rights, capability, place)
  const parts = await Promise.all([waitingApplies(ctx, may), tornSets(ctx, may), waitingUpdates(ctx, may)])
  return {
    mine: parts.flatMap(({ mine }) => mine),
    others: parts.reduce((sum, { others }) => sum + others, 0),
    next: parts.flatMap(({ next }) => next),
  }
}

/** What makes a waiting apply go on, or says that it never will; ending one is possible at any time. */
const goesOn: ReadonlySet<ApplyVerb> = new Set(['approve', 'reject', 'release', 'retry'])

type May = (capability: Capability, place: Place) => boolean

async function waitingApplies(ctx: Context, may: May): Promise<Waits> {
  const { db } = ctx.store
  const now = ctx.now()
  const rows = await db.apply.findMany({
    where: { settled: false, ...seen(ctx) },
    orderBy: { id: 'asc' },
    take: looksAtMost,
    select: { id: true, environmentId: true },
  })
  const waits: Waits = { mine: [], others: 0, next: [] }
  for (const { id, environmentId } of rows) {
    const view = await applyView(db, id, now)
    const about = {
      subject: { type: 'apply' as const, id },
      environment: view.environment,
      by: view.openedBy,
      reason: null,
    }
    for (const { until, text } of view.heldBy) {
      if (until !== null) waits.next.push({ ...about, at: until, text: `${view.component} ${view.tag}: ${text}` })
    }
    if (!view.needsPerson) continue
    const hold = view.heldBy.find(({ person }) => person)
    const verbs = view.nextActions.filter(
      ({ verb }) => goesOn.has(verb) && may(applyVerbCapability[verb], { environmentId }),
    )
    if (verbs.length === 0) {
      waits.others += 1
      continue
    }
    const changed = await db.change.findFirst({
      where: { applyId: id },
      orderBy: { seq: 'desc' },
      select: { at: true },
    })
    waits.mine.push({
      ...about,
      at: (changed?.at ?? new Date(view.openedAt)).toISOString(),
      text: `${view.component} ${view.tag}: ${hold?.text ?? view.headline} You may ${verbs.map(({ label }) => label.toLowerCase()).join(' or ')}.`,
    })
  }
  return waits
}

async function tornSets(ctx: Context, may: May): Promise<Waits> {
  const { promotion } = ctx.store.db
  const where = { endedAt: null, dryRun: false, wakeAt: { gt: ctx.now() } }
  const select = {
    id: true,
    imageSet: true,
    headline: true,
    endedAt: true,
    openedAt: true,
    openedBy: true,
    wakeAt: true,
  }
  const [torn, later] = await Promise.all([
    promotion.findMany({ where: { state: 'torn' }, orderBy: { id: 'asc' }, take: looksAtMost, select }),
    promotion.findMany({ where, orderBy: { id: 'asc' }, take: looksAtMost, select }),
  ])
  const item = (row: (typeof torn)[number], at: Date): SinceItem => ({
    at: at.toISOString(),
    text: `${row.imageSet}: ${row.headline}`,
    subject: { type: 'promotion', id: row.id },
    environment: null,
    by: row.openedBy,
    reason: null,
  })
  const isMine = may('promotion.undo', 'everywhere')
  return {
    mine: isMine ? torn.map((row) => item(row, row.endedAt ?? row.openedAt)) : [],
    others: isMine ? 0 : torn.length,
    next: later.map((row) => item(row, row.wakeAt as Date)),
  }
}

const updateCapability = {
  deploy: 'update.deploy',
  force: 'update.force',
  rollBack: 'update.roll_back',
} as const satisfies Record<UpdateVerb, Capability>

/** Updates that are recorded and whose deploy somebody has to decide about. */
async function waitingUpdates(ctx: Context, may: May): Promise<Waits> {
  const { db } = ctx.store
  const rows = await db.externalUpdate.findMany({
    where: {
      ...seen(ctx),
      recordedAt: { not: null },
      supersededAt: null,
      applyId: null,
      deploys: { not: 'record_only' },
    },
    orderBy: { id: 'desc' },
    take: looksAtMost,
  })
  const waits: Waits = { mine: [], others: 0, next: [] }
  const views = await updateViews(db, rows, ctx.now())
  for (const view of views) {
    // without a refusal it is opened by itself
    if (view.openRefusal === null || view.openRefusal.temporary) continue
    const environmentId = rows.find(({ id }) => id === view.id)?.environmentId ?? null
    const place: Place = environmentId === null ? 'everywhere' : { environmentId }
    const isMine = (['deploy', 'force'] as const).some(
      (verb) => view.actions[verb].allowed && may(updateCapability[verb], place),
    )
    if (!isMine) {
      waits.others += 1
      continue
    }
    waits.mine.push({
      at: view.record?.recordedAt ?? view.receivedAt,
      text: `${view.deploy_name} ${view.version ?? view.sha.slice(0, 7)}: ${view.openRefusal.message}`,
      subject: { type: 'update', id: view.id },
      environment: view.environment,
      by: view.receivedBy,
      reason: null,
    })
  }
  return waits
}
