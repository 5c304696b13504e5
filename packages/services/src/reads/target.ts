import type { ApplyState } from '@rollcall/rollout'
import { z } from 'zod'
import { componentOrder } from '../components/find.ts'
import type { Context } from '../context.ts'
import { findEnvironment } from '../environments/find.ts'
import { notFound, parse } from '../errors.ts'
import { slug } from '../fields.ts'
import type { TargetView } from '../views.ts'
import { judgedFleet } from './judged-fleet.ts'
import { operationRow } from './operation-view.ts'

/** `component`: whose fleet, where tenants of two fleets have one name; else the environment's own comes first */
export const getTargetInput = z.strictObject({ environment: slug, slug, component: slug.optional() })

/** One target: what it should run, what it says, what it ran before, and the operations that touched it. */
export async function getTarget(ctx: Context, input: unknown): Promise<TargetView> {
  const asked = parse(getTargetInput, input)
  const { db } = ctx.store
  const now = ctx.now()
  const environment = await findEnvironment(db, asked.environment)
  const namesakes = await db.target.findMany({
    where: {
      environmentId: environment.id,
      slug: asked.slug,
      ...(asked.component ? { fleet: { component: { slug: asked.component } } } : {}),
    },
    include: { fleet: true },
  })
  const target = namesakes.find(({ fleetId }) => fleetId === environment.id) ?? namesakes[0]
  if (!target)
    throw notFound('tenant', asked.slug, 'slug', `List them with GET /api/v1/fleet?environment=${environment.slug}.`)
  const { fleet } = target
  const components = await db.component.findMany({
    where: fleet.componentId ? { id: fleet.componentId } : { fleets: { none: { environmentId: environment.id } } },
    orderBy: componentOrder,
  })
  const operations = await db.operation.findMany({
    where: { targetId: target.id },
    orderBy: { applyId: 'desc' },
    take: 50,
    include: { apply: { include: { build: true, component: true } } },
  })
  return {
    environment: environment.slug,
    slug: target.slug,
    url: fleet.tenantUrlTemplate?.replace('{slug}', target.slug) ?? null,
    enumerated: target.enumerated,
    components: await Promise.all(
      components.map(async (component) => {
        const [current] = await judgedFleet(db, { environment, fleet }, component.id, now, target.id)
        const history = await db.readingHistory.findMany({
          where: { targetId: target.id, componentId: component.id },
          orderBy: [{ fromAt: 'desc' }, { id: 'desc' }],
          take: 100,
        })
        return {
          component: component.slug,
          current: current as NonNullable<typeof current>,
          history: history.map((row, i) => ({
            kind: row.kind,
            sha: row.sha,
            reason: row.reason,
            detail: row.detail,
            fromAt: row.fromAt.toISOString(),
            toAt: history[i - 1]?.fromAt.toISOString() ?? null,
          })),
        }
      }),
    ),
    operations: operations.map((operation) => ({
      ...operationRow(operation, operation.apply.build.sha, []),
      applyId: operation.applyId,
      applyState: operation.apply.state as ApplyState,
      component: operation.apply.component.slug,
    })),
  }
}
