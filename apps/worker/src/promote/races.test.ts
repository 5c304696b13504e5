import {
  decidePromotions,
  followPromotion,
  listAlerts,
  listImageSets,
  recordEnumeration,
  reportCheck,
} from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PromoteWorld, startPromoteWorld } from '../testing/promote-world.ts'
import { watchTags } from './watch.ts'

let place: PromoteWorld
beforeAll(async () => {
  place = await startPromoteWorld()
})
afterAll(() => place.close())

/** Drives all of them at once and again, as jobs and activations would, until none goes on any more. */
async function driveAll(ids: string[]) {
  for (let round = 0; round < 20; round++) {
    const views = await Promise.all(ids.map((id) => place.drive(id)))
    if (views.every(({ settled }) => settled)) return views
    place.world.clock.pass(1)
  }
  throw new Error('they do not end')
}

describe('law 7: two promotions of one set', () => {
  it.each([
    ['the older one first', [1, 2]],
    ['the newer one first', [2, 1]],
  ])('opened with %s and driven at once end with the newer one on top', async (_, builds) => {
    for (let round = 0; round < 8; round++) {
      const set = await place.set()
      const ids: string[] = []
      for (const build of builds) ids.push((await set.open(build)).id)
      const ended = await driveAll(ids)
      expect(set.tags()).toEqual(set.digests(2))
      const older = ended[builds.indexOf(1)]
      expect(['done', 'undone']).toContain(older?.state)
      if (older?.state === 'undone') expect(['superseded', 'behind']).toContain(older.failure?.rule)
      expect(ended[builds.indexOf(2)]).toMatchObject({ state: 'done' })
    }
  })

  it('never go on at the same time: the second waits and says for what', async () => {
    const set = await place.set()
    const first = await set.open(1)
    let second: string | null = null
    let told: unknown = null
    let asking: Promise<void> | null = null
    place.registry.setFault(({ method, url }) => {
      if (method === 'PUT' && url.includes(`${set.name}-0/manifests/latest`) && asking === null)
        asking = (async () => {
          second = (await set.open(2)).id
          told = await place.drive(second)
        })()
      return null
    })
    expect(await place.drive(first.id)).toMatchObject({ state: 'done' })
    await asking
    place.registry.setFault(undefined)
    if ((told as { state: string }).state === 'planned')
      expect(told).toMatchObject({ heldBy: [{ by: 'set', text: expect.stringContaining(first.id) }] })
    await driveAll([second ?? ''])
    expect(set.tags()).toEqual(set.digests(2))
  })
})

describe('an automatic promotion', () => {
  it('opens once when the gate of a build on its branch turns green, and never goes back', async () => {
    const set = await place.set({ set: { gate: 'green', automatic: true } })
    const { ctx, shas } = place.world
    expect((await decidePromotions(ctx, shas[1])).opened).toEqual([])
    await place.green(1)
    const [opened, again] = await Promise.all([decidePromotions(ctx, shas[1]), decidePromotions(ctx, shas[1])])
    const ids = [...opened.opened, ...again.opened]
    expect(ids).toHaveLength(1)
    expect(await place.drive(ids[0] ?? '')).toMatchObject({
      state: 'done',
      trigger: 'automatic',
      gate: { outcome: 'pass' },
    })
    expect((await decidePromotions(ctx, shas[1])).opened).toEqual([])
    // an older commit whose suite comes late
    await place.green(0)
    const late = await decidePromotions(ctx, shas[0])
    expect(await place.drive(late.opened[0] ?? '')).toMatchObject({ state: 'undone', failure: { rule: 'superseded' } })
    expect(set.tags()).toEqual(set.digests(1))
  })

  it('asks for the branch of its set', async () => {
    await place.set({ set: { gate: 'green', automatic: true, branch: 'release' } })
    expect((await decidePromotions(place.world.ctx, place.world.shas[1])).opened).toEqual([])
  })
})

describe('a gate', () => {
  it('holds a promotion as long as it waits, refuses it when it fails, and is passed over only with a reason', async () => {
    const set = await place.set({ set: { gate: 'green' } })
    const { ctx, shas } = place.world
    const opened = await set.open(2)
    expect(await place.drive(opened.id)).toMatchObject({
      ...{
        state: 'planned',
        settled: false,
        heldBy: [{ by: 'gate' }],
        headline: expect.stringMatching(/^Waits for the gate green/),
      },
    })
    await reportCheck(ctx, { sha: shas[2], context: 'e2e', status: 'failure' })
    expect(await place.drive(opened.id)).toMatchObject({ state: 'undone', failure: { rule: 'gate_failed' } })
    const override = { gate: true, reason: 'the suite is broken' }
    expect(await place.drive((await set.open(2, { override })).id)).toMatchObject({ state: 'done', override })
    expect(set.tags()).toEqual(set.digests(2))
  })

  it('keeps a newer promotion waiting, and that one keeps nobody: each goes when it is green, in whatever order', async () => {
    const set = await place.set({ set: { gate: 'green' }, latest: 0 })
    await reportCheck(place.world.ctx, { sha: place.world.shas[2], context: 'e2e', status: 'pending' })
    const newer = await set.open(2)
    expect(await place.drive(newer.id)).toMatchObject({ state: 'planned', heldBy: [{ by: 'gate' }] })
    await place.green(1)
    expect(await place.drive((await set.open(1)).id)).toMatchObject({ state: 'done' })
    expect(set.tags()).toEqual(set.digests(1))
    await place.green(2)
    expect(await place.drive(newer.id)).toMatchObject({ state: 'done' })
    expect(set.tags()).toEqual(set.digests(2))
  })
})

describe('what follows', () => {
  it('is an apply of the configuration, once, whose refusal is kept and tried again', async () => {
    const policy = {
      batchSize: null,
      soakSeconds: 0,
      onFailure: null,
      maxStragglers: null,
      requiresApproval: true,
      canary: null,
    }
    const set = await place.set({ set: { thenApply: { environment: 'production', policy } } })
    const { ctx, clock } = place.world
    const done = await place.drive((await set.open(1)).id)
    expect(done).toMatchObject({ state: 'done', applyId: null, applyRefusal: { temporary: true } })
    await recordEnumeration(ctx, place.world.environmentId, ['t-1', 't-2'])
    await place.world.answer(['t-1', 't-2'], { kind: 'sha', sha: place.world.shas[0] })
    clock.pass(31)
    await Promise.all([followPromotion(ctx, done.id), followPromotion(ctx, done.id)])
    const followed = await place.get(done.id)
    expect(followed).toMatchObject({ applyId: expect.stringMatching(/^apl_/), applyRefusal: null })
    const apply = await place.world.store.db.apply.findUniqueOrThrow({ where: { id: followed.applyId ?? '' } })
    expect(apply).toMatchObject({ state: 'awaiting_approval', soakSeconds: 0, idempotencyKey: `promotion:${done.id}` })
    const rows = await place.world.store.db.auditEntry.findMany({
      where: {
        OR: [
          { action: 'promotion.apply', subjectId: done.id },
          { action: 'apply.open', subjectId: apply.id },
        ],
      },
      orderBy: { id: 'asc' },
    })
    expect(rows).toMatchObject([
      { action: 'apply.open', environmentId: apply.environmentId, detail: { promotionId: done.id } },
      { action: 'promotion.apply', environmentId: apply.environmentId, detail: { applyId: apply.id } },
    ])
  })
})

describe('the watch', () => {
  it('knows what the tags are and who moved them, and raises and clears an alert for a stale one', async () => {
    const set = await place.set({ latest: 0, set: { staleAfterHours: 9 } })
    const { ctx, clock } = place.world
    const stale = async () =>
      (await listAlerts(ctx)).items.filter(({ kind, subjectId }) => kind === 'tags.stale' && subjectId === set.name)
    await watchTags(place.deps(), set.name)
    const [alert] = await stale()
    expect(alert).toMatchObject({ severity: 'warn', text: expect.stringMatching(/which was made \d+ hours ago/) })
    const look = async () => (await listImageSets(ctx)).items.find(({ name }) => name === set.name)
    expect(await look()).toMatchObject({
      mixed: false,
      images: [
        {
          digest: set.digests(0)[0],
          revision: place.world.shas[0],
          promotionId: null,
          build: { sha: place.world.shas[0] },
        },
        {},
      ],
    })
    const done = await place.drive((await set.open(2)).id)
    clock.pass(1)
    await watchTags(place.deps(), set.name)
    expect(await stale()).toEqual([])
    expect(await look()).toMatchObject({
      last: { id: done.id },
      images: [{ promotionId: done.id, digest: set.digests(2)[0] }, {}],
    })
    // a half of it, moved by hand
    place.registry.store.move(set.images[0] ?? '', 'latest', set.digests(1)[0] ?? null)
    await watchTags(place.deps(), set.name)
    expect(await look()).toMatchObject({ mixed: true, images: [{ promotionId: null }, { promotionId: done.id }] })
  })
})
