import { createHash } from 'node:crypto'
import { defineComponent, getUpdate, receiveUpdate, receiveUpdateFrom, type UpdateView } from '@rollcall/services'
import { external, inForce } from '@rollcall/services/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tokenVariable } from '../testing/builds.ts'
import { eventually } from '../testing/eventually.ts'
import type { Place } from '../testing/place.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
/** where the product runs, and where the component runs beside it */
let product: Place
let beside: Place
let fleetId: string
let worker: Awaited<ReturnType<World['worker']>>

const shaOf = (text: string) => createHash('sha1').update(`infra ${text}`).digest('hex')

beforeAll(async () => {
  world = await startWorld()
  await inForce(world, { external: external({ infra: 'control_plane' }) })
  product = await world.place({ tenants: ['acme', 'birch'] })
  beside = await world.place({ tenants: ['infra-1', 'infra-2'] })
  worker = await world.worker()
})
afterAll(() => world.close())

let n = 0
beforeEach(async () => {
  // a component of its own each time, in a fleet of its own that nobody has asked yet
  n += 1
  const { id: componentId } = await component(`infra-${n}`)
  const { controlPlaneUrl, tenantUrlTemplate } = beside.fleet.env(beside.slug)
  fleetId = `flt_${n}`
  const door = { controlPlaneUrl, controlPlaneTokenEnv: tokenVariable, tenantUrlTemplate }
  await world.store.db.fleet.create({ data: { id: fleetId, environmentId: product.id, componentId, ...door } })
  await inForce(world, {
    external: external({ infra: 'control_plane' }),
    deploys: { infra: { component: `infra-${n}`, forge: null, tag: 'infra-<sha7>', policy: {} as never } },
    environments: [{ name: product.slug, policy: { soakSeconds: 0, batchSize: 2 } } as never],
  })
})

async function component(slug: string) {
  await defineComponent(world.ctx, { slug })
  return world.store.db.component.findUniqueOrThrow({ where: { slug } })
}

async function release(name: string, more: object = {}) {
  const sha = shaOf(`${n} ${name}`)
  await beside.fleet.putImage(beside.slug, `infra-${sha.slice(0, 7)}`, sha)
  return {
    source_repo: 'acme/infra',
    deploy_name: 'infra',
    environment: product.slug,
    sha,
    run_id: `run-${n}-${name}`,
    ...more,
  }
}

async function send(input: object): Promise<UpdateView> {
  const answer = await receiveUpdate(world.ctx, input)
  if (!('update' in answer)) throw new Error('nothing was written')
  return answer.update
}

const until = (id: string, state: UpdateView['state']) =>
  eventually(
    `the update is ${state}`,
    async () => {
      const update = await getUpdate(world.ctx, { id })
      return update.state === state ? update : null
    },
    { withinSeconds: 60, sofar: async () => (await getUpdate(world.ctx, { id })).headline },
  )

/** Everything that is known of the other components. */
async function others() {
  const { db } = world.store
  const own = { slug: `infra-${n}` }
  return {
    targets: await db.target.findMany({ where: { fleetId: { not: fleetId } }, orderBy: { id: 'asc' } }),
    applies: await db.apply.findMany({ where: { component: { isNot: own } }, orderBy: { id: 'asc' } }),
    builds: await db.build.findMany({ where: { component: { isNot: own } }, orderBy: { id: 'asc' } }),
    expectations: await db.expectation.findMany({ where: { target: { fleetId: { not: fleetId } } } }),
    readings: await db.currentReading.findMany({ where: { target: { fleetId: { not: fleetId } } } }),
  }
}

test('an update runs to observed by itself, over the fleet of its component, and touches nobody else', async () => {
  const before = await others()
  const { id } = await send(await release('one'))
  const update = await until(id, 'observed')
  expect(update).toMatchObject({
    settled: true,
    backlog: false,
    openRefusal: null,
    apply: { state: 'completed', onNewBuild: 2, total: 2 },
    run: { id: `run-${n}-one` },
  })
  const operations = await world.store.db.operation.findMany({ where: { applyId: update.applyId ?? '' } })
  expect(operations.map(({ slug }) => slug).toSorted()).toEqual(['infra-1', 'infra-2'])
  expect(operations.every(({ observedSha }) => observedSha === update.sha)).toBe(true)
  expect(await others()).toEqual(before)
  expect((await product.record()).calls()).toEqual([])
})

test('one that comes as a webhook a hundred times is one update and one apply', async () => {
  const input = await release('hook')
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => receiveUpdateFrom(world.ctx, input, { via: 'hook', deliveryId: `dlv_${n}` })),
  )
  const ids = new Set(answers.map(({ update }) => update.id))
  expect(ids.size).toBe(1)
  const [id] = ids
  await until(id ?? '', 'observed')
  expect(await world.store.db.apply.count({ where: { component: { slug: `infra-${n}` } } })).toBe(1)
})

test('one that was recorded by a process that died is opened by whoever finds it', async () => {
  const { db } = world.store
  await until((await send(await release('before'))).id, 'observed')
  await worker.end()
  // as a crash right after the record leaves it, and the job is lost as well
  const dying = { ...world.ctx, store: { ...world.store, db: withoutApplies(world) } }
  await expect(receiveUpdateFrom(dying, await release('after'), { via: 'api' })).rejects.toThrow('killed')
  await db.$executeRaw`delete from pgboss.job where name = 'update.deploy'`
  const recorded = await newest()
  expect(recorded).toMatchObject({ state: 'recorded', settled: false, applyId: null, openRefusal: null })
  worker = await world.worker()
  await until(recorded.id, 'observed')
})

async function newest() {
  const row = await world.store.db.externalUpdate.findFirstOrThrow({ orderBy: { id: 'desc' } })
  return getUpdate(world.ctx, { id: row.id })
}

/** The database as a process sees it that dies before it asks for an apply. */
function withoutApplies({ store }: World): World['store']['db'] {
  return new Proxy(store.db, {
    get(db, key) {
      if (key === 'apply') throw new Error('killed')
      const value = Reflect.get(db, key)
      return typeof value === 'function' ? value.bind(db) : value
    },
  })
}
