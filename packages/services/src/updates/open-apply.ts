import { type ExternalUpdate, Prisma, type Tx, transact } from '@rollcall/store'
import { openFollowingApply } from '../applies/open.ts'
import { publishBuild } from '../builds/publish.ts'
import { noteChange } from '../changes.ts'
import { defineComponent } from '../components/define.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { currentConfiguration } from '../configuration/current.ts'
import type { Context } from '../context.ts'
import { ServiceError } from '../errors.ts'
import type { StoredOpenRefusal } from './facts.ts'
import { goesBack } from './goes-back.ts'
import { deployConfig, ownedDeploy, tagOf } from './place.ts'
import { ensureWorkflowFleet } from './workflow-fleet.ts'

/** Why no apply can be opened at present, though it may soon be: nobody has been asked yet who there is. */
const temporary: ReadonlySet<string> = new Set([
  'fleet_empty',
  'nothing_eligible',
  'selection_not_enumerated',
  'canary_not_enumerated',
])

/**
 * Opens the apply of an update's component alone, where its deploy opted in and the update is what is recorded. Its build
 * is published first, and whatever else it needs. Called again, it finds the apply of the first time. What refuses it is
 * stored with the update: what may pass is tried again by itself. Answers the apply's id.
 */
export async function openUpdateApply(ctx: Context, updateId: string, deed?: LinkDeed): Promise<string | null> {
  const { db } = ctx.store
  const update = await db.externalUpdate.findUnique({ where: { id: updateId } })
  if (!update || update.recordedAt === null || update.deploys === 'record_only') return null
  if (update.applyId !== null || update.supersededAt !== null) return update.applyId
  return openAnother(ctx, update, `external-update:${updateId}`, deed)
}

/** What somebody did about an update by having it deployed, written with the apply that came of it. */
export type LinkDeed = (tx: Tx) => Promise<void>

/** The same under a key of its own: after an apply that ended without success, another one takes its place. */
export async function openAnother(
  ctx: Context,
  update: ExternalUpdate,
  key: `external-update:${string}`,
  deed?: LinkDeed,
): Promise<string | null> {
  // whoever sent the update has it deployed, also where the worker opens it later; who asks for it now, asks for it
  const by: Context = ctx.actor.via === 'worker' ? { ...ctx, actor: { ...ctx.actor, name: update.receivedBy } } : ctx
  try {
    // the request is made from the configuration, which may have changed since: the key alone says that it is the same
    const earlier = await ctx.store.db.apply.findUnique({ where: { idempotencyKey: key }, select: { id: true } })
    const applyId = earlier?.id ?? (await open(by, update, key))
    await link(ctx, update, applyId, deed)
    return applyId
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    await refuse(ctx, update, error)
    return null
  }
}

async function open(ctx: Context, update: ExternalUpdate, key: `external-update:${string}`): Promise<string> {
  const { db } = ctx.store
  const configuration = await currentConfiguration(db)
  const { component, tag, policy } = deployConfig(configuration, update.deployName)
  await defineComponentOnce(ctx, component)
  if (update.deploys === 'workflow' || update.deploys === 'in_run') {
    await ensureWorkflowFleet(ctx, configuration, { environment: update.environment, component })
  }
  await publishOnce(ctx, configuration, update, component, tag)

  const following = { key, from: { updateId: update.id, receivedBy: update.receivedBy }, deploy: policy }
  const { apply } = await openFollowingApply(ctx, following, {
    environment: update.environment,
    component,
    sha: update.sha,
    // what was accepted on purpose may be deployed; what runs there may be a build that nobody made known
    allowDowngrade: goesBack(update),
    allowUnknownOrder: true,
  })
  return apply.id
}

async function defineComponentOnce(ctx: Context, slug: string): Promise<void> {
  const known = await ctx.store.db.component.findUnique({ where: { slug }, select: { id: true } })
  if (!known) await defineComponent(ctx, { slug })
}

/** A build that its own pipeline has published stays as it is. */
async function publishOnce(
  ctx: Context,
  configuration: Configuration,
  update: ExternalUpdate,
  component: string,
  pattern: string,
): Promise<void> {
  const { sha } = update
  const known = await ctx.store.db.build.findFirst({ where: { sha, component: { slug: component } } })
  if (known) return
  const branch = ownedDeploy(configuration, update.deployName)?.ref ?? 'main'
  await publishBuild(ctx, { component, sha, branch, tag: tagOf(pattern, update) })
}

async function link(ctx: Context, update: ExternalUpdate, applyId: string, deed?: LinkDeed): Promise<void> {
  await transact(ctx.store, async (tx) => {
    const { count } = await tx.db.externalUpdate.updateMany({
      where: { id: update.id, applyId: update.applyId },
      data: { applyId, openRefusal: Prisma.DbNull, openTriedAt: ctx.now() },
    })
    if (count === 0) return
    await deed?.(tx)
    await noteOpened(ctx, tx, update, 'update.deploying')
  })
}

async function refuse(ctx: Context, update: ExternalUpdate, error: ServiceError): Promise<void> {
  const code = error.details[0]?.code ?? error.code
  const refusal: StoredOpenRefusal = {
    code,
    field: error.field ?? '',
    message: error.message,
    remedy: error.remedy ?? '',
    temporary: temporary.has(code),
  }
  await transact(ctx.store, async (tx) => {
    const before = update.openRefusal as unknown as StoredOpenRefusal | null
    await tx.db.externalUpdate.updateMany({
      where: { id: update.id, applyId: update.applyId },
      data: { openRefusal: { ...refusal }, openTriedAt: ctx.now() },
    })
    if (before?.message !== refusal.message) await noteOpened(ctx, tx, update, 'update.not_deployed')
    if (refusal.temporary) await askWhoIsThere(tx, update)
  })
}

/** A component that was unknown until now could not be asked for before: there is no default tag. */
async function askWhoIsThere(tx: Tx, { environmentId, deployName }: ExternalUpdate): Promise<void> {
  if (environmentId === null) return
  const { component } = deployConfig(await currentConfiguration(tx.db), deployName)
  const own = await tx.db.fleet.findFirst({ where: { environmentId, component: { slug: component } } })
  const fleetId = own?.id ?? environmentId
  tx.send({ name: 'fleet.sweep', data: { fleetId }, key: fleetId })
}

function noteOpened(ctx: Context, tx: Tx, update: ExternalUpdate, kind: string) {
  const where = update.environmentId === null ? {} : { environmentId: update.environmentId }
  return noteChange(tx, ctx.now(), { kind, ...where })
}
