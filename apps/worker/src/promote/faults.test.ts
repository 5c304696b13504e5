import {
  actsAndBreaks,
  actsAndFailsWith,
  actsAndHangs,
  breaks,
  type Fault,
  failsWith,
  hangs,
} from '@rollcall/registry-client/testing'
import { type PromotionView, repairPromotion } from '@rollcall/services'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PromoteWorld, startPromoteWorld, type TestSet } from '../testing/promote-world.ts'

let place: PromoteWorld
beforeAll(async () => {
  place = await startPromoteWorld()
})
afterAll(() => place.close())
afterEach(() => place.registry.setFault(undefined))

/** Whatever was done to the registry: done, undone or torn, and a mixed set is always torn. */
function endedWell(set: TestSet, { state, settled, moves }: PromotionView, build: number): void {
  const tags = set.tags()
  const [news, olds] = [set.digests(build), set.digests(0)]
  const isNew = tags.map((tag, n) => tag === news[n])
  const isOld = tags.map((tag, n) => tag === olds[n])
  expect(settled).toBe(true)
  if (state === 'done') expect(isNew).not.toContain(false)
  else if (state === 'undone') expect(isOld).not.toContain(false)
  else expect(state).toBe('torn')
  // the digest is computed over the very bytes, so nothing else can have been stored
  for (const [n, is] of isNew.entries()) expect(is || isOld[n]).toBe(true)
  for (const [n, move] of moves.entries()) if (move.sourceDigest !== null) expect(move.sourceDigest).toBe(news[n])
}

/** Today's snapshot is there only after the first promotion: taken away, each promotion asks the same again. */
function begin(set: TestSet): void {
  set.reset()
  const day = place.world.clock.now.toISOString().slice(0, 10).replaceAll('-', '')
  for (const repository of set.images) place.registry.store.move(repository, `latest-prev-${day}`, null)
}

async function countRequests(set: TestSet): Promise<number> {
  begin(set)
  place.registry.setFault(undefined)
  place.registry.requests.length = 0
  expect(await place.drive((await set.open(1)).id)).toMatchObject({ state: 'done' })
  return place.registry.requests.length
}

/** The fault at one request, counted from now on. */
function faultAt(index: number, fault: Fault, happened: () => void = () => {}): void {
  let asked = 0
  place.registry.setFault(() => {
    if (asked++ !== index) return null
    happened()
    return fault
  })
}

/** Repairs by hand, so that the next promotion of the set may begin. */
async function repair(set: TestSet, { id }: PromotionView): Promise<void> {
  begin(set)
  place.registry.setFault(undefined)
  await repairPromotion(place.world.ctx, { id })
  expect(await place.drive(id)).toMatchObject({ state: 'undone' })
}

const faults: [string, Fault][] = [
  ['an error 500', failsWith(500)],
  ['an error 500 after acting', actsAndFailsWith(500)],
  ['no answer', hangs],
  ['no answer after acting', actsAndHangs],
  ['a broken connection', breaks],
  ['a broken connection after acting', actsAndBreaks],
  ['a refusal', failsWith(403, {}, 'DENIED')],
]

/** One promotion with one fault at one request. */
async function survives(set: TestSet, index: number, fault: Fault): Promise<string> {
  begin(set)
  const { id } = await set.open(1)
  faultAt(index, fault)
  const ended = await place.drive(id, place.deps({ timeoutMs: 150 }))
  endedWell(set, ended, 1)
  // one request that goes wrong once is no reason to leave anything in two
  expect(ended.state).not.toBe('torn')
  return ended.state
}

describe('law 6: a promotion of two images', () => {
  it.each(faults)('is done or undone with %s at any one request', { timeout: 240_000 }, async (_, fault) => {
    const set = await place.set()
    const requests = await countRequests(set)
    expect(requests).toBeGreaterThan(6)
    const ends: string[] = []
    for (let index = 0; index < requests; index++) ends.push(await survives(set, index, fault))
    expect(ends).toContain('done')
  })

  it('is done, undone or torn when from any request on nothing can be written any more, and says torn where it is so', {
    timeout: 240_000,
  }, async () => {
    const set = await place.set()
    const requests = await countRequests(set)
    const ends = new Set<string>()
    for (const fault of [failsWith(500), actsAndFailsWith(500), breaks]) {
      for (let index = 0; index < requests; index++) {
        begin(set)
        const { id } = await set.open(1)
        let asked = 0
        place.registry.setFault(({ method }) => (asked++ >= index && method === 'PUT' ? fault : null))
        const ended = await place.drive(id)
        endedWell(set, ended, 1)
        ends.add(ended.state)
        if (ended.state !== 'torn') continue
        expect(ended.repair.length).toBeGreaterThan(0)
        await repair(set, ended)
      }
    }
    expect([...ends].sort()).toEqual(['done', 'torn', 'undone'])
  })

  it('goes on from its journal when its driver stands still at any request, before or after that acted', {
    timeout: 240_000,
  }, async () => {
    const set = await place.set()
    const requests = await countRequests(set)
    for (let index = 0; index < requests; index++) {
      const fault = index % 2 === 0 ? actsAndHangs : hangs
      begin(set)
      const { id } = await set.open(1)
      const stuck = new Promise<void>((resolve) => faultAt(index, fault, resolve))
      const late = place.drive(id, place.deps({ timeoutMs: 250 }))
      await stuck
      expect(await place.drive(id)).toMatchObject({ state: 'done' })
      // the one that was replaced wakes up and changes nothing
      await late
      endedWell(set, await place.get(id), 1)
      expect(set.tags()).toEqual(set.digests(1))
    }
  })
})

it('law 6: a promotion of three images is done or undone whatever goes wrong at any one request', {
  timeout: 240_000,
}, async () => {
  const set = await place.set({ images: 3 })
  const requests = await countRequests(set)
  for (let index = 0; index < requests; index++) {
    const [, fault] = faults[index % faults.length] ?? []
    if (fault) await survives(set, index, fault)
  }
})
