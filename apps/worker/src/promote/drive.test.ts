import { failsWith } from '@rollcall/registry-client/testing'
import { listAlerts, repairPromotion, undoPromotion } from '@rollcall/services'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PromoteWorld, startPromoteWorld } from '../testing/promote-world.ts'

let place: PromoteWorld
beforeAll(async () => {
  place = await startPromoteWorld()
})
afterAll(() => place.close())
afterEach(() => place.registry.setFault(undefined))

const putOf = (image: number) => (request: { method: string; url: string }) =>
  request.method === 'PUT' && request.url.endsWith(`-${image}/manifests/latest`)

describe('a promotion', () => {
  it('moves every image of a set to the digests of a commit, in three requests each, and keeps what was there', async () => {
    const set = await place.set()
    const opened = await set.open(1)
    expect(opened).toMatchObject({ state: 'planned', settled: false, set: set.name })
    place.registry.requests.length = 0
    const done = await place.drive(opened.id)
    expect(done).toMatchObject({ state: 'done', settled: true, order: 'ahead', failure: null, moved: 2, repair: [] })
    expect(set.tags()).toEqual(set.digests(1))
    const day = place.world.clock.now.toISOString().slice(0, 10).replaceAll('-', '')
    for (const [n, repository] of set.images.entries()) {
      expect(place.registry.store.digest(repository, `latest-prev-${day}`)).toBe(set.digests(0)[n])
      expect(done.moves[n]).toMatchObject({
        ...{ state: 'verified', previousDigest: set.digests(0)[n], sourceDigest: set.digests(1)[n] },
        ...{
          observedDigest: set.digests(1)[n],
          previousRevision: place.world.shas[0],
          snapshotTag: `latest-prev-${day}`,
        },
      })
      // the look before, then GET, PUT and HEAD of the move itself, then the look over the whole set
      const asked = place.registry.asked().filter((line) => line.endsWith(`${repository}/manifests/latest`))
      expect(asked.map((line) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD', 'PUT', 'HEAD', 'HEAD'])
    }
    const put = place.registry.requests.find(putOf(0))
    expect(put?.body.equals(set.built[set.images[0] ?? '']?.[1]?.bytes ?? Buffer.alloc(0))).toBe(true)
  })

  it('moves nothing when one source is missing, and says which', async () => {
    const set = await place.set({ images: 3 })
    const missing = set.images[2] ?? ''
    place.registry.store.move(missing, `staging-${place.world.shas[1].slice(0, 7)}`, null)
    const refused = await place.drive((await set.open(1)).id)
    expect(refused).toMatchObject({
      ...{ state: 'undone', settled: true, movingAt: null },
      failure: { rule: 'source_missing', message: expect.stringContaining(missing), repository: missing },
      headline: expect.stringMatching(/^Refused, nothing was moved\./),
    })
    expect(set.tags()).toEqual(set.digests(0))
    expect(
      place.registry.requests.filter(
        ({ method, url }) => method === 'PUT' && url.includes('latest-prev') && url.includes(set.name),
      ),
    ).toEqual([])
  })

  it('never goes back: behind what the tag is it is refused, unless that is asked for', async () => {
    const set = await place.set({ latest: 2 })
    expect(await place.drive((await set.open(1)).id)).toMatchObject({
      state: 'undone',
      order: 'behind',
      failure: { rule: 'behind' },
    })
    expect(set.tags()).toEqual(set.digests(2))
    const back = await set.open(1, { override: { order: true, reason: 'the new one burns' } })
    expect(await place.drive(back.id)).toMatchObject({ state: 'done', order: 'behind', warnings: [expect.any(String)] })
    expect(set.tags()).toEqual(set.digests(1))
  })

  it('knows from its journal what it has brought itself, where the images do not say it', async () => {
    const set = await place.set({ unlabelled: true })
    expect(await place.drive((await set.open(2)).id)).toMatchObject({ state: 'done', order: 'unknown' })
    expect(await place.drive((await set.open(1)).id)).toMatchObject({ state: 'undone', order: 'behind' })
    expect(set.tags()).toEqual(set.digests(2))
  })

  it('has nothing to move where the tags are that commit already', async () => {
    const set = await place.set({ latest: 1 })
    place.registry.requests.length = 0
    expect(await place.drive((await set.open(1)).id)).toMatchObject({
      ...{ state: 'done', order: 'identical', headline: expect.stringMatching(/nothing had to be moved/) },
      moves: [{ state: 'unchanged' }, { state: 'unchanged' }],
    })
    expect(place.registry.requests.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  it('makes a set whole of which one image was there already', async () => {
    const set = await place.set({ latest: 0 })
    place.registry.store.move(set.images[0] ?? '', 'latest', set.digests(1)[0] ?? null)
    expect(await place.drive((await set.open(1)).id)).toMatchObject({ state: 'done', order: 'ahead' })
    expect(set.tags()).toEqual(set.digests(1))
  })

  it('goes on with a warning where no image has a label, and makes tags that were not there', async () => {
    const set = await place.set({ unlabelled: true })
    expect(await place.drive((await set.open(1)).id)).toMatchObject({
      state: 'done',
      order: 'unknown',
      warnings: [expect.stringMatching(/order could not be checked/)],
    })
    const fresh = await place.set({ latest: null })
    expect(await place.drive((await fresh.open(1)).id)).toMatchObject({ state: 'done', order: 'ahead' })
    expect(fresh.tags()).toEqual(fresh.digests(1))
  })

  it('tells in a dry run what it would do, and writes nothing', async () => {
    const set = await place.set()
    place.registry.requests.length = 0
    expect(await place.drive((await set.open(1, { dryRun: true })).id)).toMatchObject({
      ...{ state: 'prechecked', settled: true, order: 'ahead' },
      headline: expect.stringMatching(/^Dry run: two images of \w{7} would become latest\.$/),
    })
    expect(place.registry.requests.every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true)
  })

  it('leaves the move of somebody else alone, puts its own back, and says so', async () => {
    const set = await place.set()
    const foreign = set.digests(2)[1] ?? null
    place.registry.setFault((request) => {
      // right before the look before the second PUT
      if (request.method === 'GET' && request.url.includes(`${set.name}-1/manifests/${set.digests(1)[1]}`)) {
        const moved = place.registry.requests.some(putOf(0))
        if (moved) place.registry.store.move(set.images[1] ?? '', 'latest', foreign)
      }
      return null
    })
    const undone = await place.drive((await set.open(1)).id)
    expect(undone).toMatchObject({
      ...{ state: 'undone', failure: { rule: 'foreign_move' } },
      moves: [{ state: 'restored' }, { state: 'foreign', foreignDigest: foreign }],
    })
    expect(set.tags()).toEqual([set.digests(0)[0], foreign])
    expect((await listAlerts(place.world.ctx)).items).toContainEqual(
      expect.objectContaining({ kind: 'promotion.foreign_move', subjectId: set.name, severity: 'warn' }),
    )
  })
})

describe('a torn set', () => {
  it('is locked, pages somebody, shows lines that repair it, and is unlocked by what the registry shows', async () => {
    const set = await place.set()
    const [first = '', second = ''] = set.images
    place.registry.setFault((request) => {
      if (request.method !== 'PUT' || !request.url.endsWith('/manifests/latest')) return null
      if (request.url.includes(`/${second}/`)) return failsWith(500)
      // the first one can be moved, and never be put back
      return place.registry.store.digest(first, 'latest') === set.digests(1)[0] ? failsWith(500) : null
    })
    const torn = await place.drive((await set.open(1)).id)
    expect(torn).toMatchObject({
      ...{ state: 'torn', settled: true, needsPerson: true, failure: { rule: 'write_failed' } },
      moves: [{ state: 'not_restored' }, { state: 'restored' }],
      actions: { repair: { allowed: true }, undo: { allowed: false } },
    })
    expect(torn.repair).toHaveLength(1)
    expect((await listAlerts(place.world.ctx)).items[0]).toMatchObject({ severity: 'page', subjectId: torn.id })
    await expect(set.open(2)).rejects.toMatchObject({
      code: 'refused',
      remedy: expect.stringContaining(torn.repair[0] ?? ''),
    })

    // saying so does not unlock it
    place.world.clock.pass(1)
    await repairPromotion(place.world.ctx, { id: torn.id })
    expect(await place.drive(torn.id)).toMatchObject({
      state: 'torn',
      warnings: [expect.stringMatching(/not whole yet/)],
    })
    await expect(set.open(2)).rejects.toThrow(/torn/)

    place.registry.setFault(undefined)
    const { execFile } = await import('node:child_process')
    const { mkdtemp } = await import('node:fs/promises')
    const cwd = await mkdtemp('/tmp/rollcall-repair-')
    for (const line of torn.repair)
      await new Promise<void>((resolve, reject) =>
        execFile('sh', ['-c', line], { cwd }, (error) => (error ? reject(error) : resolve())),
      )
    expect(set.tags()).toEqual(set.digests(0))
    await repairPromotion(place.world.ctx, { id: torn.id })
    expect(await place.drive(torn.id)).toMatchObject({ state: 'undone', repairedBy: 'ana', repair: [], warnings: [] })
    expect((await listAlerts(place.world.ctx)).items.filter(({ severity }) => severity === 'page')).toEqual([])
    expect(await place.drive((await set.open(2)).id)).toMatchObject({ state: 'done' })
  })
})

describe('an undo', () => {
  it('moves the set back to what it was, once, and not over something newer', async () => {
    const set = await place.set()
    const done = await place.drive((await set.open(1)).id)
    place.world.clock.pass(1)
    const undoing = await undoPromotion(place.world.ctx, { id: done.id })
    expect(undoing).toMatchObject({ trigger: 'undo', undoOf: done.id, sha: place.world.shas[0] })
    await expect(undoPromotion(place.world.ctx, { id: done.id })).rejects.toThrow('It is being undone already.')
    expect(await place.drive(undoing.id)).toMatchObject({
      state: 'done',
      headline: expect.stringMatching(/^Undone on request/),
    })
    expect(set.tags()).toEqual(set.digests(0))
    await expect(undoPromotion(place.world.ctx, { id: done.id })).rejects.toThrow('It was undone already.')

    const one = await place.drive((await set.open(1)).id)
    await place.drive((await set.open(2)).id)
    await expect(undoPromotion(place.world.ctx, { id: one.id })).rejects.toThrow(/Something newer stands there/)
  })

  it('is refused by the registry when somebody else has moved a tag since', async () => {
    const set = await place.set()
    const done = await place.drive((await set.open(1)).id)
    place.registry.store.move(set.images[0] ?? '', 'latest', set.digests(2)[0] ?? null)
    place.world.clock.pass(1)
    const undoing = await undoPromotion(place.world.ctx, { id: done.id })
    expect(await place.drive(undoing.id)).toMatchObject({ state: 'undone', failure: { rule: 'undo_overtaken' } })
    expect(set.tags()).toEqual([set.digests(2)[0], set.digests(1)[1]])
  })

  it('of one that has not begun withdraws it', async () => {
    const set = await place.set({ set: { gate: 'green' } })
    const opened = await set.open(1)
    expect(await place.drive(opened.id)).toMatchObject({ state: 'planned', heldBy: [{ by: 'gate' }] })
    expect(await undoPromotion(place.world.ctx, { id: opened.id })).toMatchObject({
      id: opened.id,
      state: 'undone',
      failure: { rule: 'withdrawn' },
    })
    await place.green(1)
    expect(await place.drive(opened.id)).toMatchObject({ state: 'undone' })
    expect(set.tags()).toEqual(set.digests(0))
  })
})
