import type { Environment, Fleet, Prisma } from '@rollcall/store'
import type { Reader } from '../context.ts'

/** What people set of an environment, as the audit tells it before and after a change. */
export function settingsOf(environment: Environment, fleet: Fleet | undefined): Prisma.InputJsonObject {
  const { slug, name, position, settleBudgetSeconds, pollSeconds, redeployTimeoutSeconds } = environment
  const { maxAttempts, retryBackoffSeconds, sweepSeconds } = environment
  return {
    ...{ slug, name, position },
    controlPlaneUrl: fleet?.controlPlaneUrl ?? null,
    controlPlaneTokenEnv: fleet?.controlPlaneTokenEnv ?? null,
    tenantUrlTemplate: fleet?.tenantUrlTemplate ?? null,
    ...{ settleBudgetSeconds, pollSeconds, redeployTimeoutSeconds, maxAttempts, retryBackoffSeconds, sweepSeconds },
  }
}

/** The same of what is stored; undefined when there is no such environment. */
export async function environmentSettings(db: Reader, slug: string): Promise<Prisma.InputJsonObject | undefined> {
  const found = await db.environment.findUnique({
    where: { slug },
    include: { fleets: { where: { componentId: null } } },
  })
  return found ? settingsOf(found, found.fleets[0]) : undefined
}
