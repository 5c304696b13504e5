import { newId, transact, writeEnumeration } from '@rollcall/store'
import { audit } from '../audit.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { workflowOf } from '../configuration/write.ts'
import type { Context } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'

/**
 * Where a component that a run deploys has no fleet of its own in an environment yet, it gets one: a single target under
 * its own name, which nobody lists. An import of the configuration makes it as well; this is for an environment that
 * came later.
 */
export async function ensureWorkflowFleet(
  ctx: Context,
  configuration: Configuration,
  at: { environment: string; component: string },
): Promise<void> {
  const where = { environment: { slug: at.environment }, component: { slug: at.component } }
  const known = await ctx.store.db.fleet.findFirst({ where, select: { id: true } })
  const workflow = workflowOf(configuration, at.component)
  if (known || workflow === null) return
  await transact(ctx.store, async (tx) => {
    const now = ctx.now()
    const { id: environmentId } = await findEnvironment(tx.db, at.environment)
    const { id: componentId } = await tx.db.component.findUniqueOrThrow({ where: { slug: at.component } })
    const id = newId('flt', now.getTime())
    const { count } = await tx.db.fleet.createMany({
      data: { id, environmentId, componentId, deploysBy: 'workflow', workflow },
      skipDuplicates: true,
    })
    if (count === 0) return
    await writeEnumeration(tx, { environmentId, fleetId: id }, [at.component], now)
    await audit(tx, ctx, {
      action: 'fleet.define',
      subjectType: 'environment',
      subjectId: environmentId,
      environmentId,
      after: { component: at.component, fleetId: id, deploysBy: 'workflow', workflow },
    })
  })
}
