import { Prisma, transact } from '@rollcall/store'
import { z } from 'zod'
import { audit, overridesUsed } from '../audit.ts'
import type { Context } from '../context.ts'
import { parse, ServiceError } from '../errors.ts'
import { id, reason } from '../fields.ts'
import { mayDo } from './decide.ts'
import { whyNot } from './deploy.ts'
import { openUpdateApply } from './open-apply.ts'
import { receiveUpdateFrom } from './receive.ts'
import { updateView } from './view.ts'
import type { UpdateView } from './views.ts'

export const forceUpdateInput = z.strictObject({ id, reason })

/**
 * Overrules the rule of order that keeps an update back, with a reason. One that was not recorded comes in once more, as
 * an update of its own; the deploy of one that is recorded is opened although it moves back. Answers the update that is
 * recorded then.
 */
export async function forceUpdate(ctx: Context, input: unknown): Promise<UpdateView> {
  const { id, reason } = parse(forceUpdateInput, input)
  const { row } = await mayDo(ctx, id, 'force')
  if (row.recordedAt === null) {
    const { update } = await receiveUpdateFrom(
      ctx,
      {
        source_repo: row.sourceRepo,
        deploy_name: row.deployName,
        environment: row.environment,
        sha: row.sha,
        version: row.version,
        ...(row.artifacts === null ? {} : { artifacts: row.artifacts }),
        ...(row.runId === null ? {} : { run_id: row.runId }),
        force: true,
        allow_downgrade: true,
        reason,
      },
      { via: ctx.actor.via === 'ui' ? 'ui' : 'api' },
    )
    return update
  }
  await transact(ctx.store, async (tx) => {
    const { count } = await tx.db.externalUpdate.updateMany({
      where: { id, applyId: null, supersededAt: null },
      data: { allowDowngrade: true, reason, openRefusal: Prisma.DbNull },
    })
    if (count === 0) {
      throw new ServiceError('conflict', 'Its deploy was opened, or a later update took its place, meanwhile.', {
        field: 'id',
        remedy: 'Look at the update again.',
      })
    }
    await audit(tx, ctx, {
      action: 'update.force',
      subjectType: 'update',
      subjectId: id,
      environmentId: row.environmentId,
      reason,
      detail: {
        ...{ deploy_name: row.deployName, environment: row.environment, sha: row.sha },
        ...overridesUsed({ 'update.force': true, 'override.downgrade': true }),
      },
    })
  })
  if ((await openUpdateApply(ctx, id)) === null) throw await whyNot(ctx, id)
  return updateView(ctx.store.db, id, ctx.now())
}
