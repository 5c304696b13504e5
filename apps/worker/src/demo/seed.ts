import type { Reach } from '@rollcall/outbound'
import { advanceApply, type Context, openApply, publishBuild } from '@rollcall/services'
import type { Deps } from '../deps.ts'
import { sweepFleet } from '../sweep/sweep.ts'
import { type Box, openBox } from './box.ts'
import { completeConfiguration, configureDemo, type Places } from './configuration.ts'
import { deliver } from './deliveries.ts'
import { introduce } from './people.ts'
import { promote } from './promotions.ts'
import { tellUpdates } from './updates.ts'
import * as world from './world.ts'

const dayMilliseconds = 86_400_000

/**
 * Puts the demo world where it is missing, through the same verbs that people and pipelines use. Idempotent: cut short
 * anywhere, it finishes the next time; where everything is there, it only tells the configuration the demo world's ports.
 */
export async function seedDemo(
  deps: Deps,
  demo: Places & { token: string; hookSecret: string; reach: Reach; peoplePassword: string },
): Promise<void> {
  const as = (name: string): Context => ({ ...deps.ctx, actor: { name, via: 'seed' } })
  const ctx = as('demo')
  const box = openBox(demo.url, demo.token, 'staging')
  await configureDemo(ctx, demo)
  await introduce(ctx, demo.peoplePassword)
  await settle(box)
  await publish(deps, ctx, box)
  await enumerate(deps)
  await tellUpdates(as)
  await promote(deps, as, demo.reach)
  await completeConfiguration(ctx, demo)
  await deliver(ctx, demo.hookSecret)
  for (const { by, ...asked } of world.applies) {
    const { apply } = await openApply(as(by), asked)
    // so that the next one of the lane waits behind it, instead of taking its place
    if (apply.startedAt === null && !apply.settled) await advanceApply(ctx, apply.id)
  }
}

/** The tenants that are there before Rollcall is. */
async function settle(box: Box): Promise<void> {
  for (const { tag, sha } of world.builds) await box.putImage(tag, sha)
  for (const [environment, slugs] of Object.entries(world.fleets))
    await box.addTenants(environment, slugs, world.oldest.sha)
  for (const [environment, slugs] of Object.entries(world.infra.fleets))
    await box.addTenants(environment, slugs, world.infra.before.sha)
}

/** What pipelines have built: images in the registry, under the tag of the build and the one that waits for its checks. */
async function publish(deps: Deps, ctx: Context, box: Box): Promise<void> {
  const ago = (days: number) => new Date(deps.ctx.now().getTime() - days * dayMilliseconds).toISOString()
  for (const { sha, branch, tag, daysOld } of world.builds) {
    const images: Record<string, string> = {}
    for (const repository of world.images) {
      // what new tenants begin with was the oldest one when Rollcall came
      const tags = [tag, `staging-${sha.slice(0, 7)}`, ...(sha === world.oldest.sha ? ['latest'] : [])]
      images[repository] = (await box.pushImage(repository, sha, tags)).digest
    }
    const component = world.component.slug
    await publishBuild(ctx, { component, sha, branch, tag, images, committedAt: ago(daysOld) })
  }
  const { component, before } = world.infra
  const { sha, tag } = before
  await publishBuild(ctx, { component, sha, branch: 'main', tag, committedAt: ago(before.daysOld) })
}

/** Nothing can be planned for a fleet before it is known who is in it. */
async function enumerate(deps: Deps): Promise<void> {
  const fleets = await deps.ctx.store.db.fleet.findMany({ include: { _count: { select: { targets: true } } } })
  for (const { id, controlPlaneUrl, _count } of fleets) {
    if (controlPlaneUrl !== null && _count.targets === 0) await sweepFleet(deps, id, AbortSignal.timeout(60_000))
  }
}
