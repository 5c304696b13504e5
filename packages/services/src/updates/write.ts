import { type Environment, newId, Prisma, type Tx } from '@rollcall/store'
import { type Audited, audit, overridesUsed } from '../audit.ts'
import { noteChange } from '../changes.ts'
import type { Configuration } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { foreignText } from '../foreign-text.ts'
import type { ReceivedBy, ReceiveUpdateInput } from './input.ts'
import type { Judged } from './judge.ts'
import { deploysOf, ownedDeploy } from './place.ts'
import type { Refusal } from './refused.ts'
import { snapshotJson, writeSlot } from './slot.ts'

export interface ToWrite {
  configuration: Configuration
  environment: Environment | null
  judged: Judged
  asked: ReceiveUpdateInput
  how: ReceivedBy
  receivedAt: Date
  delivery: string | null
}

export interface Written {
  id: string
  created: boolean
  refusal: Refusal | null
  /** an apply of it is to be opened */
  opens: boolean
}

/** Writes an update as it was judged: the row, the slot where it was accepted, the audit and the next job, all or nothing. */
export async function writeUpdate(tx: Tx, ctx: Context, given: ToWrite): Promise<Written> {
  const { judged, environment, receivedAt } = given
  if (judged.verdict === 'known') return { id: judged.id, created: false, refusal: null, opens: false }
  const id = newId('upd', receivedAt.getTime())
  const now = ctx.now()
  const row = { ...rowOf(ctx, given), id }
  const where = environment === null ? {} : { environmentId: environment.id }
  const detail = {
    source_repo: row.sourceRepo,
    deploy_name: row.deployName,
    environment: row.environment,
    sha: row.sha,
  }
  const note = async (
    what: string,
    more: Prisma.InputJsonObject = {},
    change: Pick<Audited, 'before' | 'after'> = {},
  ) => {
    const action = `update.${what}`
    const reason = given.asked.reason ?? null
    await audit(tx, ctx, {
      ...{ action, subjectType: 'update', subjectId: id, reason, environmentId: environment?.id ?? null },
      outcome: what === 'refuse' ? 'refused' : 'done',
      ...change,
      detail: { ...detail, ...more },
    })
    await noteChange(tx, now, { kind: action, ...where })
  }
  switch (judged.verdict) {
    case 'refused': {
      await tx.db.externalUpdate.create({ data: { ...row, ...refusedFields(judged.refusal) } })
      await note('refuse', { rule: judged.refusal.rule })
      return { id, created: true, refusal: judged.refusal, opens: false }
    }
    case 'late': {
      const superseded = { supersededAt: now, supersededById: judged.slot.updateId, deploys: judged.deploys }
      await tx.db.externalUpdate.create({ data: { ...row, ...refusedFields(judged.refusal), ...superseded } })
      await note('supersede', { by: judged.slot.updateId, rule: judged.refusal.rule })
      return { id, created: true, refusal: null, opens: false }
    }
    case 'unchanged': {
      const { slot, deploys } = judged
      const dedupeKey = given.delivery ?? judged.key
      await tx.db.externalUpdate.create({ data: { ...row, sameAsId: slot.updateId, deploys, dedupeKey } })
      await note('unchanged', { sameAs: slot.updateId })
      return { id, created: true, refusal: null, opens: false }
    }
    case 'accepted': {
      const { slot, effect, notices, deploys, update } = judged
      if (environment === null) throw new Error('an update without an environment was accepted')
      const at = { environmentId: environment.id, deployName: update.deployName }
      const slotRevision = await writeSlot(tx, at, slot, effect.slot, { updateId: id, now })
      await tx.db.externalUpdate.create({
        data: {
          ...row,
          dedupeKey: given.delivery ?? judged.key,
          recordedAt: now,
          slotRevision,
          replaced: snapshotJson(slot),
          erased: { erased: effect.erased, kept: effect.kept, notices },
          deploys,
        },
      })
      if (slot !== null) await supersede(tx, slot.updateId, id, now)
      // who always says that a rule may be passed over has overruled it only where it stood in the way
      const overrides = overridesUsed({
        'update.force': given.asked.force && notices.some((notice) => notice !== 'order_unknown'),
        'override.downgrade': given.asked.allow_downgrade && notices.includes('downgrade'),
      })
      await note(
        'record',
        { revision: slotRevision, notices, replaces: slot?.updateId ?? null, ...overrides },
        {
          ...(slot === null ? {} : { before: { sha: slot.sha, version: slot.version } }),
          after: { sha: effect.slot.sha, version: effect.slot.version },
        },
      )
      const opens = deploys !== 'record_only'
      if (opens) tx.send({ name: 'update.deploy', data: { updateId: id }, key: id })
      return { id, created: true, refusal: null, opens }
    }
  }
}

/** The update that stood in the slot has been replaced: its own outcome, neither success nor failure. */
export async function supersede(tx: Tx, id: string, byId: string, now: Date): Promise<void> {
  await tx.db.externalUpdate.updateMany({
    where: { id, supersededAt: null },
    data: { supersededAt: now, supersededById: byId },
  })
}

/** What was sent, as it was sent where no rule had to understand it first. */
function rowOf(ctx: Context, { judged, asked, how, environment, receivedAt, delivery, configuration }: ToWrite) {
  const update = judged.verdict === 'known' ? null : judged.update
  const deploy = ownedDeploy(configuration, asked.deploy_name)
  return {
    receivedAt,
    receivedBy: ctx.actor.name,
    via: how.via,
    deliveryId: how.deliveryId ?? null,
    sourceRepo: update?.sourceRepo ?? asked.source_repo,
    deployName: asked.deploy_name,
    environment: asked.environment,
    sha: update?.sha ?? asked.sha,
    version: update ? update.version : asked.version || null,
    artifacts: update?.artifacts.said === 'given' ? update.artifacts.artifacts : Prisma.DbNull,
    runId: update ? update.runId : asked.run_id == null ? null : String(asked.run_id) || null,
    dedupeKey: delivery,
    environmentId: environment?.id ?? null,
    forced: asked.force,
    allowDowngrade: asked.allow_downgrade,
    reason: asked.reason ?? null,
    deploys: deploy === null ? 'record_only' : deploysOf(deploy, false),
  }
}

function refusedFields({ rule, field, message, remedy }: Refusal) {
  return {
    refusedRule: rule,
    refusedField: field === '' ? null : field,
    refusedMessage: foreignText(message, 1_000),
    refusedRemedy: foreignText(remedy, 1_000),
  }
}
