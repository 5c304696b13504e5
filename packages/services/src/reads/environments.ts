import type { Environment, Fleet } from '@rollcall/store'
import type { Context } from '../context.ts'
import { seenEnvironments } from '../sees.ts'
import type { EnvironmentView } from '../views.ts'

/** All environments, in their order, with the door of their own fleet and how many targets it has. */
export async function listEnvironments(ctx: Context): Promise<EnvironmentView[]> {
  const environments = await ctx.store.db.environment.findMany({
    where: seenEnvironments(ctx),
    orderBy: { position: 'asc' },
    include: { fleets: { where: { componentId: null }, include: { _count: { select: { targets: true } } } } },
  })
  return environments.flatMap(({ fleets, ...environment }) =>
    fleets.map((fleet) => environmentView(environment, fleet, fleet._count.targets)),
  )
}

export function environmentView(environment: Environment, fleet: Fleet, targets: number): EnvironmentView {
  return {
    slug: environment.slug,
    name: environment.name,
    controlPlaneUrl: fleet.controlPlaneUrl,
    tenantUrlTemplate: fleet.tenantUrlTemplate,
    settleBudgetSeconds: environment.settleBudgetSeconds,
    pollSeconds: environment.pollSeconds,
    sweptAt: fleet.sweptAt?.toISOString() ?? null,
    sweepOutcome: fleet.sweepOutcome,
    sweepDetail: fleet.sweepDetail,
    targets,
  }
}
