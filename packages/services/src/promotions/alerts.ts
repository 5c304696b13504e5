import { newId, type Prisma, type Tx } from '@rollcall/store'
import { noteChange } from '../changes.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { seenSlugs } from '../sees.ts'
import type { AlertView } from './views.ts'

/** What an alert is about; one stands open for each kind and subject. */
export interface AlertKey {
  kind: string
  subjectType: string
  subjectId: string
}

export interface RaisedAlert extends AlertKey {
  /** page: somebody is to be woken · warn: somebody should look */
  severity: 'page' | 'warn'
  text: string
  remedy: string | null
}

const openKeyOf = ({ kind, subjectType, subjectId }: AlertKey) => `${kind} ${subjectType} ${subjectId}`

/** Raises an alert, or words the one that stands anew. True: it was raised now. */
export async function raiseAlert(tx: Tx, now: Date, alert: RaisedAlert): Promise<boolean> {
  const openKey = openKeyOf(alert)
  const { kind, severity, subjectType, subjectId, text, remedy } = alert
  const { count } = await tx.db.alert.createMany({
    data: {
      id: newId('alr', now.getTime()),
      ...{ kind, severity, subjectType, subjectId, text, remedy, raisedAt: now, openKey },
    },
    skipDuplicates: true,
  })
  if (count === 1) {
    await noteChange(tx, now, { kind: 'alert.raised' })
    return true
  }
  await tx.db.alert.updateMany({ where: { openKey }, data: { severity, text, remedy } })
  return false
}

/** Ends the alert that stands for this; false when none does. */
export async function clearAlert(tx: Tx, now: Date, key: AlertKey): Promise<boolean> {
  const { count } = await tx.db.alert.updateMany({
    where: { openKey: openKeyOf(key) },
    data: { clearedAt: now, openKey: null },
  })
  if (count === 0) return false
  await noteChange(tx, now, { kind: 'alert.cleared' })
  return true
}

/** Those that tell nothing of an environment that is not seen: one about tags beside a fleet counts its tenants. */
export async function seenAlerts(ctx: Context): Promise<Prisma.AlertWhereInput> {
  const slugs = await seenSlugs(ctx)
  if (slugs === null) return {}
  const { imageSets } = await currentConfiguration(ctx.store.db)
  const ofSeen = imageSets.filter(({ thenApply }) => thenApply !== null && slugs.has(thenApply.environment))
  return { NOT: { kind: 'tags.fleet', subjectId: { notIn: ofSeen.map(({ name }) => name) } } }
}

/** Alerts that stand and may be seen, those that page first, then the newest. At most 100. */
export async function listAlerts(ctx: Context): Promise<{ items: AlertView[]; asOf: string }> {
  const rows = await ctx.store.db.alert.findMany({
    where: { AND: [{ clearedAt: null }, await seenAlerts(ctx)] },
    orderBy: [{ severity: 'asc' }, { raisedAt: 'desc' }],
    take: 100,
  })
  return {
    items: rows.map(({ id, kind, severity, subjectType, subjectId, text, remedy, raisedAt }) => ({
      ...{ id, kind, severity: severity as AlertView['severity'], subjectType, subjectId, text, remedy },
      raisedAt: raisedAt.toISOString(),
    })),
    asOf: ctx.now().toISOString(),
  }
}
