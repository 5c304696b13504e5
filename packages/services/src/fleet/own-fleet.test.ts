import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApply } from '../applies/open.ts'
import { publishBuild } from '../builds/publish.ts'
import { defineComponent } from '../components/define.ts'
import { getFleet } from '../reads/fleet.ts'
import { getTarget } from '../reads/target.ts'
import { shaReading, type TestWorld, testWorld } from '../testing/index.ts'
import { beginSweep, recordEnumeration, recordReadings } from './sweep.ts'

let world: TestWorld
const sha = 'e'.repeat(40)
beforeAll(async () => {
  world = await testWorld({ tenants: ['acme', 'borealis'] })
  const { db } = world.store
  world.clock.pass(1)
  await defineComponent(world.ctx, { slug: 'infra' })
  const { id: componentId } = await db.component.findUniqueOrThrow({ where: { slug: 'infra' } })
  const door = { controlPlaneUrl: 'http://127.0.0.1:9/infra', controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_INFRA' }
  await db.fleet.create({ data: { id: 'flt_infra', environmentId: world.environmentId, componentId, ...door } })
  await publishBuild(world.ctx, { component: 'infra', sha, branch: 'main', tag: 'infra-e' })
  // a name that the environment's own fleet has, too
  await recordEnumeration(world.ctx, 'flt_infra', ['edge', 'acme'])
})
afterAll(() => world.drop())

const slugs = ({ targets }: { targets: { slug: string }[] }) => targets.map(({ slug }) => slug)

test('a component with a fleet of its own is rolled over that fleet, and nothing else', async () => {
  const { apply } = await openApply(world.ctx, { environment: 'production', component: 'infra', sha })
  const operations = await world.store.db.operation.findMany({
    where: { applyId: apply.id },
    orderBy: { position: 'asc' },
    include: { target: true },
  })
  expect(operations.map(({ target }) => [target.fleetId, target.slug])).toEqual([
    ['flt_infra', 'edge'],
    ['flt_infra', 'acme'],
  ])
})

test('each fleet is asked at its own door, about its own component', async () => {
  expect(await beginSweep(world.ctx, 'flt_infra')).toMatchObject({
    controlPlane: { url: 'http://127.0.0.1:9/infra', tokenEnv: 'ROLLCALL_CP_TOKEN_INFRA' },
    tenantUrlTemplate: null,
    component: { slug: 'infra' },
    tag: 'infra-e',
  })
  expect(await beginSweep(world.ctx, world.environmentId)).toMatchObject({
    component: { slug: 'server' },
    tag: `main-${world.shas[2].slice(0, 7)}`,
    targets: [{ slug: 'acme' }, { slug: 'borealis' }],
  })
})

test('a namesake in another fleet keeps its own answers', async () => {
  const namesake = await world.store.db.target.findFirstOrThrow({ where: { fleetId: 'flt_infra', slug: 'acme' } })
  const { id } = await world.store.db.component.findUniqueOrThrow({ where: { slug: 'infra' } })
  await recordReadings(world.ctx, id, [{ targetId: namesake.id, reading: shaReading(world, sha) }])
  const own = await getFleet(world.ctx, { environment: 'production' })
  expect([own.component, slugs(own)]).toEqual(['server', ['acme', 'borealis']])
  const infra = await getFleet(world.ctx, { environment: 'production', component: 'infra' })
  expect(slugs(infra)).toEqual(['edge', 'acme'])
  expect(infra.targets.map(({ observedSha }) => observedSha)).toEqual([null, sha])

  const components = async (input: object) => {
    const target = await getTarget(world.ctx, { environment: 'production', slug: 'acme', ...input })
    return target.components.map(({ component, current }) => [component, current.observedSha])
  }
  expect(await components({})).toEqual([['server', world.shas[0]]])
  expect(await components({ component: 'infra' })).toEqual([['infra', sha]])
})
