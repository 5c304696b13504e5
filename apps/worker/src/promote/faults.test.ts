import {
  actsAndBreaks,
  actsAndFailsWith,
  actsAndHangs,
  breaks,
  type Fault,
  failsWith,
  hangs,
} from '@rollcall/registry-client/testing'
import type { PromotionView } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PromoteWorld, startPromoteWorld, type TestSet } from '../testing/promote-world.ts'

let place: PromoteWorld
beforeAll(async () => {
  place = await startPromoteWorld()
})
afterAll(() => place.close())

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
  const { repairPromotion } = await import('@rollcall/services')
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

describe.each([2, 3])('law 6: a promotion of %i images', (images) => {
  it.each(faults)('ends done, undone or torn with %s at any one request', { timeout: 240_000 }, async (_, fault) => {
    const set = await place.set({ images })
    const requests = await countRequests(set)
    expect(requests).toBeGreaterThan(3 * images)
    const ends: Record<string, number> = {}
    for (let index = 0; index < requests; index += images === 2 ? 1 : 2) {
      begin(set)
      const { id } = await set.open(1)
      faultAt(index, fault)
      const ended = await place.drive(id, place.deps({ timeoutMs: 150 }))
      endedWell(set, ended, 1)
      ends[ended.state] = (ends[ended.state] ?? 0) + 1
      if (ended.state === 'torn') await repair(set, ended)
    }
    // one request that goes wrong once is no reason to leave anything in two
    expect(Object.keys(ends)).not.toContain('torn')
    expect(ends.done ?? 0).toBeGreaterThan(0)
  })

  it('ends so when from any request on everything that writes goes wrong, and torn is said where it is so', {
    timeout: 240_000,
  }, async () => {
    const set = await place.set({ images })
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
        if (ended.state === 'torn') {
          expect(ended.repair.length).toBeGreaterThan(0)
          await repair(set, ended)
        }
      }
    }
    expect([...ends].sort()).toEqual(['done', 'torn', 'undone'])
  })

  it('goes on from its journal when its driver stands still at any request, before or after it acted', {
    timeout: 240_000,
  }, async () => {
    const set = await place.set({ images })
    const requests = await countRequests(set)
    for (const fault of [hangs, actsAndHangs]) {
      for (let index = 0; index < requests; index += images === 2 ? 1 : 3) {
        begin(set)
        const { id } = await set.open(1)
        const stuck = new Promise<void>((resolve) => faultAt(index, fault, resolve))
        const late = place.drive(id, place.deps({ timeoutMs: 400 }))
        await stuck
        const ended = await place.drive(id)
        expect(ended.state).toBe('done')
        endedWell(set, ended, 1)
        // the one that was replaced wakes up and changes nothing
        expect(await late).toMatchObject({ state: 'done' })
        endedWell(set, await place.get(id), 1)
      }
    }
  })
})
