import type { Reading } from '@rollcall/rollout'
import { advanceApply } from '../applies/advance.ts'
import { openApply } from '../applies/open.ts'
import { defineEnvironment } from '../environments/define.ts'
import { recordEnumeration, recordReadings } from '../fleet/sweep.ts'
import type { Outcome } from '../operations/settle.ts'
import type { ApplyView } from '../views.ts'
import { driveTo } from './drive.ts'
import type { TestWorld } from './world.ts'

/** An environment of its own in the test world: a fleet that runs the oldest build, and a lane that nobody uses yet. */
export interface TestPlace {
  environment: string
  environmentId: string
  /** what the tenants answer from now on */
  answer(slugs: readonly string[], reading: Partial<Reading> & Pick<Reading, 'kind'>): Promise<void>
  /** Opens an apply of the newest build to the whole fleet, without canary or soak, three at once. */
  open(more?: Record<string, unknown>): Promise<ApplyView>
  /** Opens, approves nothing, advances: as far as it goes by itself. */
  start(more?: Record<string, unknown>): Promise<ApplyView>
  advance(applyId: string): Promise<void>
  /** slugs in flight, in rollout order */
  running(applyId: string): Promise<string[]>
  /** Drives one tenant's operation to its end, and advances. */
  drive(applyId: string, slug: string, outcome: Outcome): Promise<void>
  /** Drives whatever is in flight, and what starts then, until nothing more does. */
  driveAll(applyId: string, outcome: (slug: string) => Outcome): Promise<void>
  operationId(applyId: string, slug: string): Promise<string>
}

export const completed: Outcome = { state: 'completed' }
export const failed: Outcome = { state: 'failed', reason: 'stale', detail: 'still runs the old build' }
export const transient: Outcome = { state: 'failed', reason: 'transient', detail: '503' }

export async function testPlace(
  world: TestWorld,
  tenants: readonly string[],
  settings: Record<string, unknown> = {},
): Promise<TestPlace> {
  const { db } = world.store
  const environment = `place-${await db.environment.count()}`
  await defineEnvironment(world.ctx, {
    slug: environment,
    controlPlaneUrl: `http://127.0.0.1:9/${environment}`,
    controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_TEST',
    tenantUrlTemplate: `http://127.0.0.1:9/${environment}/t/{slug}`,
    ...settings,
  })
  const { id: environmentId } = await db.environment.findUniqueOrThrow({ where: { slug: environment } })
  const targets = await recordEnumeration(world.ctx, environmentId, tenants)
  const idOf = new Map(targets.map(({ id, slug }) => [slug, id]))

  const place: TestPlace = {
    environment,
    environmentId,
    async answer(slugs, reading) {
      const full = { at: world.clock.now, latencyMs: 1, httpStatus: 200, detail: null, ...reading } as Reading
      await recordReadings(
        world.ctx,
        world.componentId,
        slugs.map((slug) => ({ targetId: idOf.get(slug) ?? '', reading: full })),
      )
    },
    async open(more = {}) {
      const wanted = { environment, component: 'server', sha: world.shas[2], soakSeconds: 0 }
      return (await openApply(world.ctx, { ...wanted, ...more })).apply
    },
    async start(more) {
      const apply = await place.open(more)
      await place.advance(apply.id)
      return apply
    },
    advance: (applyId) => advanceApply(world.ctx, applyId),
    async running(applyId) {
      const operations = await db.operation.findMany({
        where: { applyId, state: 'running' },
        orderBy: { position: 'asc' },
      })
      return operations.map(({ slug }) => slug)
    },
    async drive(applyId, slug, outcome) {
      await driveTo(world, await place.operationId(applyId, slug), outcome)
      await place.advance(applyId)
    },
    async driveAll(applyId, outcome) {
      for (let slugs = await place.running(applyId); slugs.length > 0; slugs = await place.running(applyId)) {
        for (const slug of slugs) await place.drive(applyId, slug, outcome(slug))
      }
    },
    async operationId(applyId, slug) {
      return (await db.operation.findFirstOrThrow({ where: { applyId, slug } })).id
    },
  }
  await place.answer(tenants, { kind: 'sha', sha: world.shas[0] })
  return place
}
