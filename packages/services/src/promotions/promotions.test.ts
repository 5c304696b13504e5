import { transact } from '@rollcall/store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Configuration, emptyConfiguration, noPolicy } from '../configuration/configuration.ts'
import type { Context } from '../context.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'
import { clearAlert, listAlerts, raiseAlert } from './alerts.ts'
import { endPromotion } from './end.ts'
import { findLostPromotions } from './find-lost.ts'
import { listImageSets } from './image-sets.ts'
import { getPromotion, listPromotions } from './list.ts'
import { openPromotion } from './open.ts'
import { recordIntent, recordMoved } from './record-move.ts'
import { recordPrecheck } from './record-precheck.ts'
import { takePromotion } from './take.ts'
import { undoPromotion } from './undo.ts'

let world: TestWorld
let sets = 0
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const imageSet = (name: string): Configuration['imageSets'][number] => ({
  ...{ name, component: 'server', registry: 'ours', images: [`demo/${name}`, `demo/${name}-proxy`], branch: 'main' },
  ...{ sourceTag: 'staging-<sha7>', destinationTag: 'latest', gate: null, automatic: false, thenApply: null },
  staleAfterHours: 24,
})

async function configure(...imageSets: Configuration['imageSets']): Promise<void> {
  const document: Configuration = {
    ...emptyConfiguration,
    registries: [{ name: 'ours', url: 'http://127.0.0.1:9', usernameEnv: null, passwordEnv: null, realms: [] }],
    imageSets,
  }
  await world.store.db.configuration.create({
    data: { document: document as never, hash: 'test', importedAt: world.clock.now, importedBy: 'ana' },
  })
}

/** A set of its own, and a promotion that a driver has and that was checked. */
async function begun() {
  const name = `set-${++sets}`
  await configure(imageSet(name))
  world.clock.pass(1)
  const { id } = await openPromotion(world.ctx, { sha: world.shas[1] })
  const drive = await takePromotion(world.ctx, id, 'first')
  if (!drive) throw new Error('there is nothing to drive')
  const found = (digest: string) => ({
    state: 'found' as const,
    digest,
    revision: null,
    because: null,
    unlabelled: true,
  })
  await recordPrecheck(
    world.ctx,
    drive,
    drive.facts.moves.map(({ repository }) => ({
      repository,
      source: { state: 'found', digest: `new ${repository}`, mediaType: 'm', revision: null },
      destination: found(`old ${repository}`),
    })),
  )
  return { id, name, drive }
}

describe('what a promotion is opened with', () => {
  it.each([
    [{ sha: 'abc' }, 'invalid', 'sha'],
    [{ sha: 'abc1234', override: { gate: true, reason: ' ' } }, 'invalid', 'override.reason'],
    [{ sha: 'abc1234', override: { gates: true } }, 'invalid', 'gates'],
    [{ sha: 'abc1234', override: 'yes' }, 'invalid', 'override'],
    [{ sha: 'abc1234', set: 'nobody' }, 'not_found', 'set'],
    [{ sha: 'abc1234', colour: 'red' }, 'invalid', 'colour'],
  ])('%j is refused as %s of %s', async (input, code, field) => {
    await configure(imageSet('one'))
    await expect(openPromotion(world.ctx, input)).rejects.toMatchObject({ code, field })
  })

  it.each([
    [true, { gate: true, order: true, reason: null }],
    [{ reason: 'known' }, { gate: true, order: true, reason: 'known' }],
    [{ gate: true }, { gate: true, order: false, reason: null }],
    [
      { order: true, reason: 'back' },
      { gate: false, order: true, reason: 'back' },
    ],
    [{ gate: false }, { gate: false, order: false, reason: null }],
  ])('override %j passes over %j; at a screen it needs a reason', async (override, meant) => {
    await configure(imageSet('one'))
    const asked = { sha: world.shas[0], override }
    const atAScreen: Context = { ...world.ctx, actor: { name: 'jo', via: 'ui' } }
    if (meant.reason === null) {
      await expect(openPromotion(atAScreen, asked)).rejects.toMatchObject({ field: 'override.reason' })
    }
    expect(await openPromotion(world.ctx, asked)).toMatchObject({ override: meant })
  })

  it('needs the name of the set only where there is more than one', async () => {
    await configure(imageSet('one'), imageSet('two'))
    await expect(openPromotion(world.ctx, { sha: world.shas[0] })).rejects.toMatchObject({
      code: 'invalid',
      field: 'set',
    })
    await configure()
    await expect(openPromotion(world.ctx, { sha: world.shas[0] })).rejects.toMatchObject({ code: 'not_found' })
    await configure(imageSet('one'))
    expect(await openPromotion(world.ctx, { sha: world.shas[0].slice(0, 9) })).toMatchObject({
      ...{ set: 'one', sha: world.shas[0], state: 'planned', openedBy: 'ana' },
      moves: [{ sourceTag: `staging-${world.shas[0].slice(0, 7)}`, destinationTag: 'latest', state: 'waiting' }, {}],
    })
    // a commit that nobody published stands for itself
    expect(await openPromotion(world.ctx, { sha: 'ABCDEF0', dryRun: true })).toMatchObject({
      sha: 'abcdef0',
      dryRun: true,
    })
  })

  it('is refused where its gate or registry is not there: a missing one never reads as none', async () => {
    await configure({ ...imageSet('one'), gate: 'gone' })
    await expect(openPromotion(world.ctx, { sha: world.shas[0] })).rejects.toThrow(/no gate "gone"/)
    await configure({ ...imageSet('one'), registry: 'gone' })
    await expect(openPromotion(world.ctx, { sha: world.shas[0] })).rejects.toThrow(/no registry "gone"/)
  })
})

it('tells of the apply that follows only those who may read where it is, also whoever undoes it', async () => {
  const then = { environment: 'production', policy: noPolicy }
  const shown = { applyId: 'apl_1', applyRefusal: { message: 'No.', remedy: null, temporary: false } }
  for (const [ctx, told] of [
    [
      { ...world.ctx, sees: new Set<string>() },
      { applyId: null, applyRefusal: null },
    ],
    [world.ctx, shown],
  ] as const) {
    await configure({ ...imageSet('told'), thenApply: then })
    const { id } = await openPromotion(world.ctx, { sha: world.shas[1] })
    await world.store.db.promotion.update({ where: { id }, data: shown })
    expect(await getPromotion(ctx, { id })).toMatchObject(told)
    expect(await undoPromotion(ctx, { id })).toMatchObject({ id, ...told })
  }
})

describe('law 8: a stale driver changes nothing', () => {
  it('after another one took the promotion, every entry into the journal comes back empty', async () => {
    const { id, drive } = await begun()
    const second = await takePromotion(world.ctx, id, 'second')
    expect(second?.token).not.toBe(drive.token)
    expect(await recordIntent(world.ctx, drive, 0)).toBeNull()
    expect(await recordMoved(world.ctx, drive, 0, 'x')).toBeNull()
    expect(await endPromotion(world.ctx, drive, [])).toBeNull()
    expect(await getPromotion(world.ctx, { id })).toMatchObject({ state: 'prechecked', settled: false })
    if (!second) throw new Error('it was taken')
    expect(await recordIntent(world.ctx, second, 0)).toMatchObject({ movingAt: world.clock.now })
  })

  it('after it was withdrawn nothing is moved any more', async () => {
    const { id, drive } = await begun()
    expect(await undoPromotion(world.ctx, { id })).toMatchObject({ state: 'undone', failure: { rule: 'withdrawn' } })
    expect(await recordIntent(world.ctx, drive, 0)).toBeNull()
  })

  it('once something is moved it cannot be withdrawn, only taken to its end', async () => {
    const { id, drive } = await begun()
    await recordIntent(world.ctx, drive, 0)
    await expect(undoPromotion(world.ctx, { id })).rejects.toThrow('Its images are being moved.')
  })
})

describe('what was lost', () => {
  it('is found: one whose job was lost, one whose driver is silent, tags that nobody has read', async () => {
    const { id, name } = await begun()
    const keys = async () =>
      (await findLostPromotions(world.store.db, world.clock.now)).map(({ name, key }) => `${name} ${key}`)
    expect(await keys()).not.toContain(`promotion.drive ${id}`)
    expect(await keys()).toContain(`tags.watch ${name}`)
    world.clock.pass(13)
    expect(await keys()).toContain(`promotion.drive ${id}`)
    await configure(imageSet(`set-${++sets}`))
    const waiting = await openPromotion(world.ctx, { sha: world.shas[0] })
    world.clock.pass(11)
    expect(await keys()).toContain(`promotion.drive ${waiting.id}`)
  })
})

describe('alerts', () => {
  it('stand once for each kind and subject, those that page first', async () => {
    const warn = {
      kind: 'a',
      subjectType: 'image_set',
      subjectId: 'x',
      severity: 'warn' as const,
      text: 'one',
      remedy: null,
    }
    const page = { ...warn, kind: 'b', severity: 'page' as const }
    const { now } = world.clock
    await transact(world.store, (tx) => raiseAlert(tx, now, warn))
    expect(await transact(world.store, (tx) => raiseAlert(tx, now, { ...warn, text: 'two' }))).toBe(false)
    await transact(world.store, (tx) => raiseAlert(tx, now, page))
    const mine = async () => (await listAlerts(world.ctx)).items.filter(({ subjectId }) => subjectId === 'x')
    expect(await mine()).toMatchObject([{ severity: 'page' }, { severity: 'warn', text: 'two' }])
    expect(await transact(world.store, (tx) => clearAlert(tx, now, page))).toBe(true)
    expect(await transact(world.store, (tx) => clearAlert(tx, now, page))).toBe(false)
    expect(await transact(world.store, (tx) => raiseAlert(tx, now, page))).toBe(true)
  })
})

it('promotions are listed newest first, by page, and a set that nobody has read yet says so', async () => {
  await configure(imageSet('listed'))
  for (let n = 0; n < 3; n++) {
    world.clock.pass(1)
    await openPromotion(world.ctx, { sha: world.shas[n] })
  }
  const first = await listPromotions(world.ctx, { set: 'listed', limit: 2 })
  expect(first.items.map(({ sha }) => sha)).toEqual([world.shas[2], world.shas[1]])
  const rest = await listPromotions(world.ctx, { set: 'listed', cursor: first.nextCursor })
  expect(rest).toMatchObject({ items: [{ sha: world.shas[0] }], nextCursor: null })
  expect((await listPromotions(world.ctx, { set: 'listed', state: 'torn' })).items).toEqual([])
  expect((await listImageSets(world.ctx)).items).toMatchObject([
    {
      name: 'listed',
      mixed: false,
      images: [{ digest: null, readAt: null }, {}],
      candidates: [{ build: { sha: world.shas[2] } }, {}, {}],
    },
  ])
})
