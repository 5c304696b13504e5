import { validateUpdate } from '@rollcall/forge'
import { transact } from '@rollcall/store'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { recordedRefusal } from '../record/recorded.ts'
import { seenSlugs } from '../sees.ts'
import { deliveryKey } from './dedupe.ts'
import { type ReceivedBy, type ReceiveUpdateInput, receiveUpdateInput } from './input.ts'
import { isInRun, type Judged, judge } from './judge.ts'
import { openUpdateApply } from './open-apply.ts'
import { manifestOf } from './place.ts'
import { refusedBy } from './refused.ts'
import { updateView } from './view.ts'
import type { UpdateDryRun, UpdateView } from './views.ts'
import { writeUpdate } from './write.ts'

export interface ReceivedUpdate {
  update: UpdateView
  /** false: this update was here before */
  created: boolean
}

/**
 * Takes in an external update: held against the configuration, judged against what is recorded, recorded in its slot,
 * and, only where its deploy opted in, followed by the apply of that component alone. An identical report answers the
 * first one. What a rule refuses is stored, too, and thrown with the rule's name.
 */
export async function receiveUpdate(ctx: Context, input: unknown): Promise<ReceivedUpdate | UpdateDryRun> {
  const asked = parse(receiveUpdateInput, input)
  const how = { via: ctx.actor.via === 'ui' ? 'ui' : 'api' } as const
  return asked.dry_run ? tryUpdate(ctx, asked, how) : take(ctx, asked, how)
}

/** The same for an update that came in by another door, with what is known of how it came. */
export async function receiveUpdateFrom(ctx: Context, input: unknown, how: ReceivedBy): Promise<ReceivedUpdate> {
  return take(ctx, parse(receiveUpdateInput, input), how)
}

async function take(ctx: Context, asked: ReceiveUpdateInput, how: ReceivedBy): Promise<ReceivedUpdate> {
  requireSense(asked, how)
  const receivedAt = how.receivedAt ?? ctx.now()
  const { db } = ctx.store
  const delivery = how.deliveryId == null ? null : deliveryKey(how.deliveryId, asked)
  // most repeats are told without waiting for those that are at it
  const known = delivery && (await db.externalUpdate.findUnique({ where: { dedupeKey: delivery } }))
  if (known) return again(ctx, known.id)

  const configuration = await currentConfiguration(db)
  const world = { manifest: manifestOf(configuration, await seenSlugs(ctx)), actor: ctx.actor.name }
  const written = await transact(ctx.store, async (tx) => {
    const environment = await tx.db.environment.findUnique({ where: { slug: asked.environment } })
    const valid = validateUpdate(asked, { ...world, hasState: () => environment !== null })
    const judged = await judge(tx, { configuration, environment, valid, asked, how, receivedAt, delivery })
    return writeUpdate(tx, ctx, { configuration, environment, judged, asked, how, receivedAt, delivery })
  })
  if (!written.created) return again(ctx, written.id)
  if (written.refusal) throw recordedRefusal(refusedBy(written.refusal))
  if (written.opens) await openUpdateApply(ctx, written.id)
  return { update: await updateView(db, written.id, ctx.now()), created: true }
}

async function again(ctx: Context, id: string): Promise<ReceivedUpdate> {
  const update = await updateView(ctx.store.db, id, ctx.now())
  if (update.refusal && update.state === 'refused')
    throw refusedBy({ ...update.refusal, field: update.refusal.field ?? '' })
  return { update, created: false }
}

/** What would become of it, by the same judgement and without writing anything. */
async function tryUpdate(ctx: Context, asked: ReceiveUpdateInput, how: ReceivedBy): Promise<UpdateDryRun> {
  requireSense(asked, how)
  const configuration = await currentConfiguration(ctx.store.db)
  const world = { manifest: manifestOf(configuration, await seenSlugs(ctx)), actor: ctx.actor.name }
  const judged: Judged = await transact(ctx.store, async (tx) => {
    const environment = await tx.db.environment.findUnique({ where: { slug: asked.environment } })
    const valid = validateUpdate(asked, { ...world, hasState: () => environment !== null })
    return judge(tx, { configuration, environment, valid, asked, how, receivedAt: ctx.now(), delivery: null })
  })
  if (judged.verdict === 'refused') throw refusedBy(judged.refusal)
  const { verdict } = judged
  const effect = verdict === 'accepted' ? judged.effect : null
  return {
    dryRun: true,
    id: null,
    state: verdict === 'accepted' ? 'recorded' : verdict === 'late' ? 'superseded' : 'unchanged',
    record: effect && { sha: effect.slot.sha, version: effect.slot.version, artifacts: effect.slot.artifacts },
    erased: effect?.erased ?? [],
    kept: effect?.kept ?? [],
    notices: verdict === 'accepted' ? judged.notices : [],
    deploys: verdict === 'accepted' ? judged.deploys : null,
  }
}

function requireSense(asked: ReceiveUpdateInput, how: ReceivedBy): void {
  // a pipeline overrules by how it is written; a person is asked why
  if (how.via === 'ui' && (asked.force || asked.allow_downgrade) && asked.reason == null) {
    const which = asked.force ? 'force' : 'allow_downgrade'
    throw new ServiceError('invalid', `A reason is needed with ${which}.`, {
      field: 'reason',
      remedy: 'Send reason: why this rule is overruled. It is kept in the record.',
    })
  }
  if (isInRun(asked, how) && (asked.run_id == null || asked.run_id === '')) {
    throw new ServiceError('invalid', 'A deploy in your own run needs the id of that run.', {
      field: 'run_id',
      remedy: 'Send run_id, or leave deploys out so that Rollcall deploys.',
    })
  }
}
