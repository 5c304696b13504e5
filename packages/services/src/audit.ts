import type { Capability } from '@rollcall/rollout'
import type { Prisma, Tx } from '@rollcall/store'
import type { Context } from './context.ts'

/** What a row can be about. */
export const subjectTypes = [
  'apply',
  'operation',
  'build',
  'environment',
  'component',
  'configuration',
  'check',
  'delivery',
  'update',
  'promotion',
  'person',
  'sign_in',
  'token',
  'trust',
  'secret',
  'entry',
] as const

export interface Audited {
  action: string
  subjectType: (typeof subjectTypes)[number]
  subjectId: string
  /** where, when it happened in one environment; null: it is of none, so that everybody may read the row */
  environmentId: string | null
  reason?: string | null
  /** what it was; left out: it was not there */
  before?: Prisma.InputJsonValue
  /** what it is now; left out: it is gone */
  after?: Prisma.InputJsonValue
  detail?: Prisma.InputJsonValue
  /** default: done */
  outcome?: 'done' | 'refused'
}

/** Writes who did what in the transaction of the deed itself: there is no deed without its row, and no row without its deed. */
export async function audit(tx: Tx, ctx: Context, entry: Audited): Promise<void> {
  await tx.db.auditEntry.create({
    data: {
      at: ctx.now(),
      actor: ctx.actor.name,
      actorId: ctx.actor.id ?? null,
      credential: ctx.actor.credential ?? null,
      via: ctx.actor.via,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: entry.subjectId,
      environmentId: entry.environmentId,
      reason: entry.reason ?? null,
      requestId: ctx.actor.requestId ?? null,
      outcome: entry.outcome ?? 'done',
      ...(entry.before === undefined ? {} : { before: entry.before }),
      ...(entry.after === undefined ? {} : { after: entry.after }),
      ...(entry.detail === undefined ? {} : { detail: entry.detail }),
    },
  })
}

/** What was overruled, by the capability that it took, for the detail of a row: nothing is there where nothing was. */
export function overridesUsed(asked: Partial<Record<Capability, boolean>>): { overrides?: Capability[] } {
  const used = (Object.keys(asked) as Capability[]).filter((capability) => asked[capability])
  return used.length > 0 ? { overrides: used } : {}
}
