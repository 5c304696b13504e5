import { type Capability, capabilities, isCapability } from '@rollcall/rollout'
import { Prisma } from '@rollcall/store'
import type { Context } from '../context.ts'
import { auditWhere } from '../record/filter.ts'
import { auditRows } from '../record/view.ts'
import type { AuditRow } from '../record/views.ts'
import { listed, readAtMost, type Told } from './section.ts'
import type { SinceItem, SinceView } from './views.ts'

/** Deeds that overrule by what they are. */
const overruling = ['apply.release', 'update.roll_back', 'promotion.undo']

/** Which rules were overruled since then, by whom and why, as the audit has it. */
export async function overriddenSince(ctx: Context, since: Date): Promise<Told> {
  const { auditEntry } = ctx.store.db
  const where: Prisma.AuditEntryWhereInput = {
    AND: [
      auditWhere(ctx, { since, outcome: 'done' }),
      { OR: [{ action: { in: overruling } }, { detail: { path: ['overrides'], not: Prisma.AnyNull } }] },
    ],
  }
  const [total, rows] = await Promise.all([
    auditEntry.count({ where }),
    auditEntry.findMany({ where, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: listed }),
  ])
  const items = (await auditRows(ctx, rows)).map((row) => ({
    at: row.at,
    text: sentence(row),
    subject: subjectOf(row),
    environment: row.environment,
    by: row.actor.name,
    reason: row.reason,
  }))
  return { items, total }
}

function sentence({ action, subject, detail }: AuditRow): string {
  const what = `${action}${subject.name === null ? '' : ` of ${subject.name}`}`
  const used = detail?.overrides
  const words = (Array.isArray(used) ? used : [])
    .filter((name): name is Capability => typeof name === 'string' && isCapability(name))
    .map((name) => capabilities[name].words)
  return words.length > 0 ? `${what}, to ${words.join(' and to ')}.` : `${what}.`
}

function subjectOf({ id, subject }: AuditRow): SinceItem['subject'] {
  const { type } = subject
  const leads = type === 'apply' || type === 'promotion' || type === 'update'
  return leads && subject.id !== '' ? { type, id: subject.id } : { type: 'audit', id }
}

/** How often whom what was refused since then, most often first. */
export async function refusedSince(ctx: Context, since: Date): Promise<SinceView['refused']> {
  const rows = await ctx.store.db.auditEntry.findMany({
    where: auditWhere(ctx, { since, outcome: 'refused' }),
    orderBy: { id: 'desc' },
    take: readAtMost,
    select: { actor: true, action: true, detail: true },
  })
  const counts = new Map<string, SinceView['refused'][number]>()
  for (const { actor, action, detail } of rows) {
    const key = JSON.stringify([actor, action])
    const known = counts.get(key) ?? { actor, action, times: 0 }
    const { times = 1 } = (detail ?? {}) as { times?: number }
    counts.set(key, { ...known, times: known.times + times })
  }
  return [...counts.values()].toSorted((a, b) => b.times - a.times).slice(0, 10)
}
