import {
  advanceApply,
  type Context,
  defineComponent,
  defineEnvironment,
  listEnvironments,
  openApply,
  publishBuild,
} from '@rollcall/services'
import type { Deps } from '../deps.ts'
import { sweepFleet } from '../sweep/sweep.ts'
import { openBox } from './box.ts'
import * as world from './world.ts'

const dayMilliseconds = 86_400_000

/**
 * Puts the demo world where it is missing, through the same verbs that people and pipelines use. Idempotent: cut short
 * anywhere, it finishes the next time; where everything is there, it only tells the environments the demo fleet's port.
 */
export async function seedDemo(deps: Deps, demo: { url: string; token: string }): Promise<void> {
  const as = (name: string): Context => ({ ...deps.ctx, actor: { name, via: 'seed' } })
  const ctx = as('demo')
  const box = openBox(demo.url, demo.token, 'staging')
  for (const { tag, sha } of world.builds) await box.putImage(tag, sha)
  for (const [environment, slugs] of Object.entries(world.fleets))
    await box.addTenants(environment, slugs, world.oldest.sha)

  await defineComponent(ctx, world.component)
  for (const { sha, branch, tag, daysOld } of world.builds) {
    const committedAt = new Date(deps.ctx.now().getTime() - daysOld * dayMilliseconds).toISOString()
    await publishBuild(ctx, { component: world.component.slug, sha, branch, tag, committedAt })
  }
  const known = new Map((await listEnvironments(ctx)).map((environment) => [environment.slug, environment]))
  for (const environment of world.environments) {
    const places = {
      controlPlaneUrl: `${demo.url}/${environment.slug}`,
      tenantUrlTemplate: `${demo.url}/${environment.slug}/t/{slug}`,
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_DEMO',
    }
    const before = known.get(environment.slug)
    // a second start changes nothing that an operator may have changed, but the demo fleet may have another port now
    if (before?.tenantUrlTemplate === places.tenantUrlTemplate) continue
    await defineEnvironment(ctx, before ? { slug: environment.slug, ...places } : { ...environment, ...places })
  }
  for (const { id, targets } of await environmentsWithIds(deps)) {
    if (targets === 0) await sweepFleet(deps, id, AbortSignal.timeout(60_000))
  }
  for (const { by, ...asked } of world.applies) {
    const { apply } = await openApply(as(by), asked)
    // so that the next one of the lane waits behind it, instead of taking its place
    if (apply.startedAt === null && !apply.settled) await advanceApply(ctx, apply.id)
  }
}

async function environmentsWithIds({ ctx }: Deps) {
  const environments = await ctx.store.db.environment.findMany({ include: { _count: { select: { targets: true } } } })
  return environments.map(({ id, _count }) => ({ id, targets: _count.targets }))
}
