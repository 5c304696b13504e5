import type { Store } from '@rollcall/store'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { publishBuild } from '../builds/publish.ts'
import { noteChange } from '../changes.ts'
import type { Context } from '../context.ts'
import { completed, driveTo, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { type ApplyChange, type WorldChange, watchApply, watchWorld } from './watch.ts'

let world: TestWorld
let other: Store
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  // whoever writes is another process
  other = await world.database.open()
})
afterAll(() => world.drop())
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

/** Watches until it is ended; what was told so far is in `told`. */
function watching<T>(watch: (signal: AbortSignal) => AsyncIterable<T>) {
  const stop = new AbortController()
  const told: T[] = []
  const done = (async () => {
    for await (const change of watch(stop.signal)) told.push(change)
  })()
  const end = async () => {
    stop.abort()
    await done
  }
  ends.push(end)
  return { told, end, done }
}

const watchOf = (id: string, afterSeq?: number, ctx: Context = world.ctx) =>
  watching<ApplyChange>((signal) => watchApply(ctx, { id, afterSeq }, signal))
const seqs = (told: readonly ApplyChange[]) => told.map(({ seq }) => seq)
const upTo = (n: number, after = 0) => Array.from({ length: n - after }, (_, i) => after + i + 1)
const seqOf = async (id: string) => (await world.store.db.apply.findUniqueOrThrow({ where: { id } })).changeSeq

describe('watching one apply', () => {
  test('tells every change once, in its order and without gaps, while many write at once', async () => {
    const slugs = Array.from({ length: 20 }, (_, i) => `t${i}`)
    const place = await testPlace(world, slugs)
    const { id } = await place.start({ batchSize: 20 })
    const fromTheFirst = watchOf(id, 0)
    const fromNow = watchOf(id)
    const began = await seqOf(id)
    const writer = { ...world, store: other, ctx: { ...world.ctx, store: other } }
    await Promise.all(slugs.map(async (slug) => driveTo(writer, await place.operationId(id, slug), completed)))
    await place.advance(id)
    await vi.waitFor(async () => expect(seqs(fromTheFirst.told).at(-1)).toBe(await seqOf(id)), 8_000)
    expect(seqs(fromTheFirst.told)).toEqual(upTo(fromTheFirst.told.length))
    await vi.waitFor(async () => expect(seqs(fromNow.told).at(-1)).toBe(await seqOf(id)), 8_000)
    expect(seqs(fromNow.told)).toEqual(upTo(await seqOf(id), fromNow.told[0] ? fromNow.told[0].seq - 1 : began))
    expect(fromTheFirst.told[0]).toMatchObject({ kind: 'apply.opened', at: world.clock.now.toISOString() })
  })

  test('resumes after a number without a gap', async () => {
    const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
    const { id } = await place.start({ batchSize: 1 })
    const first = watchOf(id, 0)
    await vi.waitFor(() => expect(first.told.length).toBeGreaterThan(0), 5_000)
    await first.end()
    const last = first.told.at(-1)?.seq ?? 0
    await place.driveAll(id, () => completed)
    const second = watchOf(id, last)
    await vi.waitFor(async () => expect(second.told.at(-1)?.seq).toBe(await seqOf(id)), 5_000)
    expect(seqs(second.told)).toEqual(upTo(await seqOf(id), last))
  })

  test('law 10: also tells what nobody hinted at', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.open()
    const deaf = { ...world.store, hints: { ...world.store.hints, subscribe: () => () => {} } }
    const watch = watchOf(id, await seqOf(id), { ...world.ctx, store: deaf })
    await place.advance(id)
    await vi.waitFor(() => expect(watch.told.map(({ kind }) => kind)).toContain('operations.started'), 8_000)
  })

  test('a number from another life of the database does not make it wait for ever', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.open()
    for (const seq of [1_000_000, Number.MAX_SAFE_INTEGER]) {
      const watch = watchOf(id, seq)
      await place.advance(id)
      await vi.waitFor(async () => expect(await seqOf(id)).toBeGreaterThan(0))
      await noteSomething(id)
      await vi.waitFor(() => expect(watch.told.map(({ kind }) => kind)).toContain('test.noted'), 8_000)
    }
  })

  test('ends when its signal aborts, at once, and leaves no listener behind', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.open()
    const left = vi.fn()
    const counting = {
      ...world.store.hints,
      subscribe(topic: string, listener: () => void) {
        const end = world.store.hints.subscribe(topic, listener)
        return () => {
          left(topic)
          end()
        }
      },
    }
    const ctx = { ...world.ctx, store: { ...world.store, hints: counting } }
    const stop = new AbortController()
    const added = vi.spyOn(stop.signal, 'addEventListener')
    const removed = vi.spyOn(stop.signal, 'removeEventListener')
    const watches = [watchApply(ctx, { id }, stop.signal), watchWorld(ctx, {}, stop.signal)]
    const done = Promise.all(
      watches.map(async (watch) => {
        for await (const _ of watch);
      }),
    )
    await vi.waitFor(() => expect(added).toHaveBeenCalledTimes(2), 5_000)
    const began = performance.now()
    stop.abort()
    await done
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(left.mock.calls.flat().toSorted()).toEqual([`apply:${id}`, 'world'])
    expect(removed).toHaveBeenCalledTimes(2)
  })

  test('whoever stops reading ends it, too', async () => {
    const place = await testPlace(world, ['acme'])
    const { id } = await place.open()
    const stop = new AbortController()
    const removed = vi.spyOn(stop.signal, 'removeEventListener')
    for await (const change of watchApply(world.ctx, { id, afterSeq: 0 }, stop.signal)) {
      expect(change.seq).toBe(1)
      break
    }
    expect(removed).toHaveBeenCalled()
  })

  test('that does not exist is not found', async () => {
    const never = new AbortController().signal
    const next = watchApply(world.ctx, { id: 'apl_none' }, never)[Symbol.asyncIterator]().next()
    await expect(next).rejects.toMatchObject({ code: 'not_found', field: 'id' })
  })
})

/** Notes a change that nothing else notes. */
async function noteSomething(applyId: string) {
  await world.store.db.$transaction((db) =>
    noteChange({ db, send: () => {}, hint: (topic) => other.hints.publish(topic) }, world.clock.now, {
      kind: 'test.noted',
      applyId,
    }),
  )
}

describe('watching the world', () => {
  const watchingWorld = (afterId?: string) =>
    watching<WorldChange>((signal) => watchWorld(world.ctx, { afterId }, signal))
  const kinds = (told: readonly WorldChange[]) => told.flatMap((change) => change.kinds)

  test('tells that something changed, and of which kinds', async () => {
    const watch = watchingWorld()
    await vi.waitFor(async () => {
      await publish()
      expect(kinds(watch.told)).toContain('build.published')
    }, 8_000)
    expect(watch.told.every(({ id }) => /^\d+$/.test(id))).toBe(true)
  })

  test('tells what was committed late, under a number lower than one that was told already', async () => {
    const watch = watchingWorld()
    await vi.waitFor(async () => {
      await publish()
      expect(watch.told.length).toBeGreaterThan(0)
    }, 8_000)
    let commit = () => {}
    let written = () => {}
    const isWritten = new Promise<void>((resolve) => {
      written = resolve
    })
    const late = other.db.$transaction(async (db) => {
      await db.change.create({ data: { kind: 'test.late' } })
      written()
      await new Promise<void>((resolve) => {
        commit = resolve
      })
    })
    await isWritten
    const before = watch.told.length
    await publish()
    await vi.waitFor(() => expect(watch.told.length).toBeGreaterThan(before), 8_000)
    expect(kinds(watch.told)).not.toContain('test.late')
    commit()
    await late
    await vi.waitFor(() => expect(kinds(watch.told)).toContain('test.late'), 8_000)
    expect(kinds(watch.told).filter((kind) => kind === 'test.late')).toHaveLength(1)
  })

  test('whoever resumes is told at once to look', async () => {
    const watch = watchingWorld('1')
    await vi.waitFor(() => expect(watch.told).toHaveLength(1), 5_000)
    const newest = await world.store.db.change.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(watch.told[0]).toEqual({ id: String(newest.id), kinds: [] })
  })

  let published = 0
  async function publish() {
    published += 1
    const sha = published.toString(16).padStart(40, '0')
    await publishBuild({ ...world.ctx, store: other }, { component: 'server', sha, branch: 'main', tag: 'any' })
  }
})
