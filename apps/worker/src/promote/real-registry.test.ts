import { createRegistryClient } from '@rollcall/registry-client'
import {
  buildIndex,
  type DockerRegistry,
  dockerRegistryBinary,
  dockerRegistryMissing,
  pushImage,
  startDockerRegistry,
} from '@rollcall/registry-client/testing'
import { emptyConfiguration, getPromotion, openPromotion, undoPromotion } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChildWorker } from '../testing/child-worker.ts'
import { startChildWorker } from '../testing/child-worker.ts'
import { eventually } from '../testing/eventually.ts'

const images = ['demo/tenant', 'demo/canvas']
const isThere = dockerRegistryBinary() !== null

describe.skipIf(!isThere)('a real registry', () => {
  let world: TestWorld
  let registry: DockerRegistry
  const client = createRegistryClient({ reach: 'all' })
  const workers: ChildWorker[] = []
  let digests: string[][] = []

  beforeAll(async () => {
    ;[world, registry] = await Promise.all([testWorld({ tenants: [] }), startDockerRegistry()])
    digests = await Promise.all(
      images.map((repository) =>
        Promise.all(
          world.shas.map(async (sha, n) => {
            const image = buildIndex({ layerBytes: [50], revision: sha })
            const tags = [`staging-${sha.slice(0, 7)}`, ...(n === 0 ? ['latest'] : [])]
            await pushImage(registry, repository, image, tags)
            return image.digest
          }),
        ),
      ),
    )
    const [first = '', second = ''] = images
    await world.store.db.configuration.create({
      data: {
        document: {
          ...emptyConfiguration,
          registries: [{ name: 'real', url: registry.url, usernameEnv: null, passwordEnv: null, realms: [] }],
          imageSets: [
            {
              ...{ name: 'tenant', component: 'server', registry: 'real', images: [first, second], branch: 'main' },
              ...{ sourceTag: 'staging-<sha7>', destinationTag: 'latest', gate: null, automatic: false },
              ...{ thenApply: null, staleAfterHours: 24 },
            },
          ],
        } as never,
        hash: 'test',
        importedAt: world.clock.now,
        importedBy: 'ana',
      },
    })
    world.clock.now = new Date()
  }, 60_000)

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end()))
    await client.close()
    await registry?.close()
    await world?.drop()
  })

  const latest = () =>
    Promise.all(
      images.map(async (repository) => {
        const head = await client.headManifest(registry, repository, 'latest')
        return head.outcome === 'ok' ? head.digest : head.outcome
      }),
    )
  const ofBuild = (build: number) => digests.map((of) => of[build])
  const settled = (id: string, withinSeconds = 60) =>
    eventually(
      'the promotion ends',
      async () => {
        const view = await getPromotion(world.ctx, { id })
        return view.settled && view
      },
      { withinSeconds, sofar: () => getPromotion(world.ctx, { id }) },
    )

  it('is promoted to by a worker in a process of its own, byte for byte, and back', { timeout: 120_000 }, async () => {
    workers.push(await startChildWorker(world.database.url, {}))
    const opened = await openPromotion(world.ctx, { sha: world.shas[1].slice(0, 7) })
    expect(opened).toMatchObject({ set: 'tenant', sha: world.shas[1] })
    expect(await settled(opened.id)).toMatchObject({ state: 'done', order: 'ahead' })
    expect(await latest()).toEqual(ofBuild(1))
    world.clock.pass(1)
    const undoing = await undoPromotion(world.ctx, { id: opened.id })
    expect(await settled(undoing.id)).toMatchObject({ state: 'done', trigger: 'undo' })
    expect(await latest()).toEqual(ofBuild(0))
  })

  it('is left whole when the worker is killed in the middle of a move', { timeout: 120_000 }, async () => {
    // between the journal and the PUT lie milliseconds: in this database the journal is written slowly
    await world.database.query(`
      create function journal_slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$`)
    await world.database.query(`
      create trigger journal_slowly before update on promotion_moves for each row execute function journal_slowly()`)
    world.clock.now = new Date()
    const { id } = await openPromotion(world.ctx, { sha: world.shas[2] })
    await eventually(
      'one image has moved and the other has not',
      async () => {
        const tags = await latest()
        return tags[0] === ofBuild(2)[0] && tags[1] === ofBuild(0)[1]
      },
      { withinSeconds: 40, sofar: () => getPromotion(world.ctx, { id }) },
    )
    await Promise.all(workers.splice(0).map((worker) => worker.kill()))
    expect(await getPromotion(world.ctx, { id })).toMatchObject({ settled: false, state: 'moving' })
    await world.database.query('drop trigger journal_slowly on promotion_moves')
    workers.push(await startChildWorker(world.database.url, {}))
    expect(await settled(id)).toMatchObject({ state: 'done' })
    expect(await latest()).toEqual(ofBuild(2))
  })
})

it.skipIf(isThere)(dockerRegistryMissing, () => {})
