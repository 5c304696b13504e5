import type { Environment } from '@rollcall/store'
import type { Context } from '../context.ts'
import type { EnvironmentView } from '../views.ts'

/** All environments, in their order, with how many targets each has. */
export async function listEnvironments(ctx: Context): Promise<EnvironmentView[]> {
  const environments = await ctx.store.db.environment.findMany({
    orderBy: { position: 'asc' },
    include: { _count: { select: { targets: true } } },
  })
  return environments.map((environment) => environmentView(environment, environment._count.targets))
}

export function environmentView(environment: Environment, targets: number): EnvironmentView {
  return {
    slug: environment.slug,
    name: environment.name,
    controlPlaneUrl: environment.controlPlaneUrl,
    tenantUrlTemplate: environment.tenantUrlTemplate,
    settleBudgetSeconds: environment.settleBudgetSeconds,
    pollSeconds: environment.pollSeconds,
    sweptAt: environment.sweptAt?.toISOString() ?? null,
    sweepOutcome: environment.sweepOutcome,
    sweepDetail: environment.sweepDetail,
    targets,
  }
}
