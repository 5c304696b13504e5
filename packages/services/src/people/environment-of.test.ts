import { afterAll, beforeAll, expect, test } from 'vitest'
import { external, inForce, type TestPlace, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { getUpdate } from '../updates/index.ts'
import { receiveUpdate } from '../updates/receive.ts'
import { environmentOf, placeOf } from './environment-of.ts'

let world: TestWorld
let place: TestPlace
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  place = await testPlace(world, ['acme'])
  await inForce(world, { external: external({ infra: 'record_only' }) })
})
afterAll(() => world.drop())

test('an apply, its operations and an update are where their environment is', async () => {
  const { environmentId, environment } = place
  const { id } = await place.open()
  const sha = 'a'.repeat(40)
  await receiveUpdate(world.ctx, { source_repo: 'acme/infra', deploy_name: 'infra', environment, sha })
  const update = await world.store.db.externalUpdate.findFirstOrThrow()
  expect(await placeOf(world.ctx, 'environment', environment)).toEqual({ environmentId })
  expect(await placeOf(world.ctx, 'apply', id)).toEqual({ environmentId })
  expect(await placeOf(world.ctx, 'operation', await place.operationId(id, 'acme'))).toEqual({ environmentId })
  expect(await placeOf(world.ctx, 'update', update.id)).toEqual({ environmentId })
})

test('a name with space around it is the place that the verbs take it for', async () => {
  for (const name of [` ${place.environment}`, `${place.environment}\n`, `\u00a0${place.environment}`]) {
    expect(await environmentOf(world.ctx, 'environment', name)).toBe(place.environmentId)
  }
  expect(await environmentOf(world.ctx, 'environment', place.environment.toUpperCase())).toBeNull()
})

test('an update that names no environment of ours is in none, so only who sees everything is told of it', async () => {
  const report = { source_repo: 'acme/infra', deploy_name: 'infra', environment: 'nowhere', sha: 'b'.repeat(40) }
  await expect(receiveUpdate(world.ctx, report)).rejects.toMatchObject({ code: 'invalid' })
  const update = await world.store.db.externalUpdate.findFirstOrThrow({ where: { environment: 'nowhere' } })
  expect(await placeOf(world.ctx, 'update', update.id)).toBe('everywhere')
  expect(await getUpdate(world.ctx, { id: update.id })).toMatchObject({ environmentKnown: false })
})

test('what is not there is nowhere in particular, however odd its name is', async () => {
  for (const name of ['', 'apl_none', 'a\0b', '\ud800', 'x'.repeat(5_000), "' or 1=1"]) {
    for (const kind of ['environment', 'apply', 'operation', 'update'] as const) {
      expect(await placeOf(world.ctx, kind, name)).toBe('anywhere')
    }
  }
})
