import { planRollback, type RollbackPlan, rollbackSlot, type Slot } from '@rollcall/forge'
import { newId, Prisma, type Tx, transact } from '@rollcall/store'
import { audit } from '../audit.ts'
import { noteChange } from '../changes.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { parse, type ServiceError } from '../errors.ts'
import { rollBackExternalInput } from './input.ts'
import { lockSlot } from './judge.ts'
import { openUpdateApply } from './open-apply.ts'
import { deploysOf, ownedDeploy } from './place.ts'
import { refusedBy } from './refused.ts'
import { slotOf, snapshotJson, writeSlot } from './slot.ts'
import { updateView } from './view.ts'
import type { UpdateView } from './views.ts'
import { supersede } from './write.ts'

/**
 * Takes an external component back to something that was recorded before: to `to`, or to what was there before. Its own
 * ring is where it looks. Writes an update of its own, and deploys it where the deploy opted in. Where it is there
 * already, the update that recorded it is answered and `created` is false.
 */
export async function rollBackExternal(
  ctx: Context,
  input: unknown,
): Promise<{ update: UpdateView; created: boolean }> {
  const asked = parse(rollBackExternalInput, input)
  const configuration = await currentConfiguration(ctx.store.db)
  const written = await transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const environment = await findEnvironment(tx.db, asked.environment)
    const at = { environmentId: environment.id, deployName: asked.deploy_name }
    await lockSlot(tx, at.environmentId, at.deployName)
    const row = await tx.db.externalSlot.findUnique({ where: { environmentId_deployName: at } })
    if (!row) throw nothingRecorded(asked.deploy_name, asked.environment)
    const slot = slotOf(row)
    const plan = await planFor(tx, asked, slot)
    if (plan.noOp) return { id: slot.updateId, created: false, opens: false }

    const actor = ctx.actor.name
    const after = rollbackSlot(slot, plan.target.sha, { now, actor })
    const id = newId('upd', now.getTime())
    const slotRevision = await writeSlot(tx, at, slot, after, { updateId: id, now })
    const deploy = ownedDeploy(configuration, asked.deploy_name)
    const deploys = deploy ? deploysOf(deploy, false) : 'record_only'
    await tx.db.externalUpdate.create({
      data: {
        id,
        receivedAt: now,
        receivedBy: actor,
        via: 'rollback',
        sourceRepo: after.repo,
        deployName: at.deployName,
        environment: environment.slug,
        environmentId: environment.id,
        sha: after.sha,
        version: after.version,
        artifacts: after.artifacts ?? Prisma.DbNull,
        allowDowngrade: true,
        reason: asked.reason ?? null,
        recordedAt: now,
        slotRevision,
        replaced: snapshotJson(slot),
        erased: { erased: [], kept: [], notices: ['downgrade'] },
        deploys,
      },
    })
    await supersede(tx, slot.updateId, id, now)
    await audit(tx, ctx, {
      action: 'update.roll_back',
      subjectType: 'update',
      subjectId: id,
      environmentId: environment.id,
      reason: asked.reason ?? null,
      before: { sha: slot.sha, version: slot.version },
      after: { sha: after.sha, version: after.version },
      detail: { deploy_name: at.deployName, environment: environment.slug, from: slot.sha, to: after.sha },
    })
    await noteChange(tx, now, { kind: 'update.record', environmentId: environment.id })
    const opens = deploys !== 'record_only'
    if (opens) tx.send({ name: 'update.deploy', data: { updateId: id }, key: id })
    return { id, created: true, opens }
  })
  if (written.opens) await openUpdateApply(ctx, written.id)
  return { update: await updateView(ctx.store.db, written.id, ctx.now()), created: written.created }
}

async function planFor(
  tx: Tx,
  asked: { environment: string; deploy_name: string; to?: string | undefined },
  slot: Slot,
): Promise<RollbackPlan> {
  const environments = await tx.db.environment.findMany({ orderBy: { position: 'asc' }, select: { slug: true } })
  const nothing = { sha: '', version: null, deploys: {}, ref: '', baseSha: '', patches: [], previous: [] }
  const plan = planRollback(
    {
      ladder: environments.map(({ slug }) => slug),
      state: { [asked.environment]: { ...nothing, external: { [asked.deploy_name]: slot } } },
      deployables: [],
      history: [],
    },
    { environment: asked.environment, to: asked.to ?? null, deployable: asked.deploy_name },
  )
  if (plan.ok) return plan
  const field = plan.rule.startsWith('target')
    ? 'to'
    : plan.rule.startsWith('environment')
      ? 'environment'
      : 'deploy_name'
  throw refusedBy({ ...plan, field }, 'refused')
}

function nothingRecorded(deployName: string, environment: string): ServiceError {
  return refusedBy(
    {
      rule: 'nothing_recorded',
      field: 'deploy_name',
      message: `Nothing is recorded of ${deployName.slice(0, 100)} in ${environment}`,
      remedy: 'List what is recorded with GET /api/v1/external-slots.',
    },
    'refused',
  )
}
