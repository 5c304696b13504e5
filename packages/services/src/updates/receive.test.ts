import { type Case, casesOf, commitOf } from '@rollcall/forge/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { external, inForce, snapshot, type TestWorld, testWorld } from '../testing/index.ts'
import { getUpdate, listSlots, listUpdates, receiveUpdate, receiveUpdateFrom } from './index.ts'
import type { UpdateView } from './views.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  await inForce(world, { external: external({ infra: 'record_only', lambda: 'record_only', api: 'record_only' }) })
})
afterAll(() => world.drop())
beforeEach(() => world.clock.pass(60))

let n = 0x1000
const sha = () => (n++).toString(16).padStart(40, '0')
const report = (more: Record<string, unknown> = {}) => ({
  source_repo: 'acme/infra',
  deploy_name: 'infra',
  environment: 'production',
  sha: sha(),
  ...more,
})
const send = async (input: object, ctx = world.ctx): Promise<UpdateView & { created: boolean }> => {
  const answer = await receiveUpdate(ctx, input)
  if (!('update' in answer)) throw new Error('nothing was written')
  return { ...answer.update, created: answer.created }
}
const atAScreen = (): Context => ({ ...world.ctx, actor: { name: 'jo', via: 'ui' } })
const slot = async (deployName = 'infra') =>
  (await listSlots(world.ctx, { environment: 'production' })).find(({ deploy_name }) => deploy_name === deployName)

describe('an update that is accepted', () => {
  test('is recorded in its slot with who sent it and in which run, and is audited', async () => {
    const asked = report({ version: 'v1.0.0', artifacts: { chart: '1' }, run_id: 4711 })
    const update = await send(asked, world.as('ci'))
    expect(update).toMatchObject({
      state: 'recorded',
      settled: true,
      backlog: true,
      deploys: 'record_only',
      applyId: null,
      run_id: '4711',
      record: { sha: asked.sha, version: 'v1.0.0', artifacts: { chart: '1' }, recordedBy: 'ci', revision: 1 },
      created: true,
    })
    expect(await slot()).toMatchObject({
      sha: asked.sha,
      recordedBy: 'ci',
      run_id: '4711',
      updateId: update.id,
      previous: [],
    })
    const audited = await world.store.db.auditEntry.findMany({ where: { subjectId: update.id } })
    expect(audited).toMatchObject([{ actor: 'ci', action: 'update.record' }])
    expect(await getUpdate(world.ctx, { id: update.id })).toMatchObject({ id: update.id, state: 'recorded' })
  })

  test('keeps artifacts that it does not mention, loses a version that it does not, and clears both on purpose', async () => {
    const first = await send(report({ version: 'v1.1.0', artifacts: '{"chart":"2"}' }))
    const kept = await send(report())
    expect(kept).toMatchObject({
      record: { version: null, artifacts: { chart: '2' } },
      erased: ['version'],
      kept: ['artifacts'],
      replaced: { sha: first.sha, version: 'v1.1.0' },
    })
    const cleared = await send(report({ artifacts: null }))
    expect(cleared).toMatchObject({ record: { artifacts: null }, erased: ['artifacts'], kept: [] })
  })

  test('takes the place of the one before, which is superseded and no failure', async () => {
    const first = await send(report())
    const second = await send(report())
    expect(await getUpdate(world.ctx, { id: first.id })).toMatchObject({
      state: 'superseded',
      supersededBy: second.id,
      settled: true,
      backlog: false,
    })
    expect((await slot())?.previous[0]).toMatchObject({ sha: first.sha, updateId: first.id })
  })

  test('leaves ten before it in the ring, newest first', async () => {
    const shas: string[] = []
    for (let i = 0; i < 13; i++) {
      world.clock.pass(1)
      shas.push((await send(report())).sha)
    }
    const ring = (await slot())?.previous.map((entry) => entry.sha)
    expect(ring).toEqual(shas.slice(2, 12).toReversed())
  })

  test('touches nothing of other components', async () => {
    await send(report({ deploy_name: 'lambda', source_repo: 'acme/lambda' }))
    const before = await world.store.db.externalSlot.findFirst({ where: { deployName: 'lambda' } })
    const tables = await snapshot(world.database)
    await send(report())
    const after = await snapshot(world.database)
    expect(await world.store.db.externalSlot.findFirst({ where: { deployName: 'lambda' } })).toEqual(before)
    const written = Object.keys(after).filter((table) => after[table] !== tables[table])
    expect(written.toSorted()).toEqual(['audit', 'changes', 'external_slots', 'external_updates'])
  })
})

describe('an update that a rule refuses', () => {
  const refusal = async (input: object) => {
    const error = await receiveUpdate(world.ctx, input).then(
      () => null,
      (thrown) => thrown,
    )
    const { items } = await listUpdates(world.ctx, { limit: 1 })
    return { error, stored: items[0] }
  }

  test.each([
    ['deploy_known', { deploy_name: 'ghost' }, 'invalid', 'deploy_name'],
    ['source_repo', { source_repo: 'acme/lambda' }, 'invalid', 'source_repo'],
    ['environment_state', { environment: 'nowhere' }, 'invalid', 'environment'],
    ['artifacts', { artifacts: 'no json' }, 'invalid', 'artifacts'],
    ['artifacts', { artifacts: { a: 1 } }, 'invalid', 'artifacts'],
    ['sha', { sha: 'hello world' }, 'invalid', 'sha'],
  ])('%s is named, told with a remedy, and stored', async (rule, more, code, field) => {
    const { error, stored } = await refusal(report(more))
    expect(error).toMatchObject({ code, field, remedy: expect.stringMatching(/./), details: [{ code: rule, field }] })
    expect(stored).toMatchObject({
      state: 'refused',
      settled: true,
      record: null,
      refusal: { rule, field },
      artifacts: null,
      ...('artifacts' in more ? {} : more),
    })
  })

  test('older than what is recorded, unless that is wanted and why is said', async () => {
    const old = report({ version: 'v2.0.0' })
    await send(old)
    await send(report({ version: 'v2.1.0' }))
    world.clock.pass(1)
    const { error, stored } = await refusal(old)
    expect(error).toMatchObject({ code: 'refused', details: [{ code: 'older' }] })
    expect(stored?.actions.force).toMatchObject({ allowed: true })
    await expect(receiveUpdate(atAScreen(), { ...old, allow_downgrade: true })).rejects.toMatchObject({
      field: 'reason',
    })
    const back = await send({ ...old, allow_downgrade: true, reason: 'v2.1.0 leaks' })
    expect(back).toMatchObject({ state: 'recorded', notices: ['downgrade'], reason: 'v2.1.0 leaks' })
  })

  test('older by the ring, where nobody says a version', async () => {
    const first = report()
    await send(first)
    await send(report())
    world.clock.pass(1)
    expect((await refusal({ ...first, run_id: '9' })).error).toMatchObject({ details: [{ code: 'older' }] })
  })

  test('older by builds whose commits are dated', async () => {
    const [older, newer] = [world.shas[0], world.shas[2]]
    const api = { deploy_name: 'api', source_repo: 'acme/api' }
    await inForce(world, {
      external: external({ infra: 'record_only', lambda: 'record_only', api: 'record_only' }),
      deploys: { api: { component: 'server', forge: null, tag: '<sha7>', policy: {} as never } },
    })
    await send(report({ ...api, sha: newer }))
    world.clock.pass(1)
    expect((await refusal(report({ ...api, sha: older }))).error).toMatchObject({ details: [{ code: 'older' }] })
  })

  test('the same commit changes nothing, unless it is forced', async () => {
    const asked = report({ version: 'v3.0.0' })
    const first = await send(asked)
    world.clock.pass(1)
    const before = await slot()
    const again = await send({ ...asked, run_id: '12' })
    expect(again).toMatchObject({ state: 'unchanged', sameAs: first.id, settled: true, record: { sha: asked.sha } })
    expect(await slot()).toEqual(before)
    const forced = await send({ ...asked, force: true, reason: 'the record was wrong' })
    expect(forced).toMatchObject({
      state: 'recorded',
      notices: ['forced'],
      record: { revision: (before?.revision ?? 0) + 1 },
    })
    expect((await slot())?.previous).toEqual(before?.previous)
  })

  test('one that was received before the recorded one is dropped: superseded, not refused', async () => {
    const receivedAt = new Date(world.clock.now.getTime() - 5_000)
    const recorded = await send(report({ version: 'v9.0.0' }))
    const before = await slot()
    const late = await receiveUpdateFrom(world.ctx, report({ version: 'v8.0.0' }), { via: 'hook', receivedAt })
    expect(late.update).toMatchObject({
      state: 'superseded',
      supersededBy: recorded.id,
      refusal: { rule: 'stale_receipt' },
      record: null,
    })
    expect(await slot()).toEqual(before)
  })
})

describe('the same again', () => {
  test('a hundred identical reports at once are one update', async () => {
    const asked = report({ artifacts: { a: '1' } })
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(asked)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
  })

  test('a hundred of one delivery at once are one update, also where a rule refuses it', async () => {
    const send = (deliveryId: string, input: object) =>
      receiveUpdateFrom(world.ctx, input, { via: 'hook', deliveryId }).then(
        ({ update }) => update.id,
        (error) => error.details[0].code,
      )
    const asked = report()
    const ids = await Promise.all(Array.from({ length: 100 }, () => send('dlv_1', asked)))
    expect(new Set(ids).size).toBe(1)
    const wrong = report({ source_repo: 'acme/lambda' })
    const rules = await Promise.all(Array.from({ length: 20 }, () => send('dlv_2', wrong)))
    expect(new Set(rules)).toEqual(new Set(['source_repo']))
    expect(await world.store.db.externalUpdate.count({ where: { deliveryId: { in: ['dlv_1', 'dlv_2'] } } })).toBe(2)
  })

  test('a report that says what was said before something else was recorded is a new one', async () => {
    const first = report({ version: 'v10.0.0' })
    await send(first)
    await send(report({ version: 'v10.1.0' }))
    world.clock.pass(1)
    await expect(send(first)).rejects.toMatchObject({ details: [{ code: 'older' }] })
  })
})

describe('races', () => {
  test('two components that race two hundred times both end with their own last version', async () => {
    const last = { infra: '', lambda: '' }
    for (let i = 0; i < 200; i++) {
      world.clock.pass(1)
      const shas = { infra: sha(), lambda: sha() }
      await Promise.all(
        (['infra', 'lambda'] as const).map((name) =>
          send(report({ deploy_name: name, source_repo: `acme/${name}`, sha: shas[name] })),
        ),
      )
      Object.assign(last, shas)
    }
    for (const name of ['infra', 'lambda'] as const) {
      expect(await slot(name)).toMatchObject({ sha: last[name] })
      expect((await slot(name))?.previous).toHaveLength(10)
    }
  })

  test('of one component that races with itself the last one received stands, and the others are superseded', async () => {
    const start = world.clock.now.getTime()
    const asked = Array.from({ length: 20 }, (_, i) => ({ at: new Date(start + i), input: report() }))
    const shuffled = asked.toSorted((a, b) => a.input.sha.charCodeAt(39) - b.input.sha.charCodeAt(39))
    const answers = await Promise.all(
      shuffled.map(({ at, input }) => receiveUpdateFrom(world.ctx, input, { via: 'hook', receivedAt: at })),
    )
    expect((await slot())?.sha).toBe(asked.at(-1)?.input.sha)
    const states = await Promise.all(answers.map(({ update }) => getUpdate(world.ctx, { id: update.id })))
    expect(states.filter(({ state }) => state === 'recorded')).toHaveLength(1)
    expect(states.filter(({ state }) => state === 'superseded')).toHaveLength(19)
    expect(await world.store.db.externalSlot.count({ where: { deployName: 'infra' } })).toBe(1)
  })
})

describe('a dry run', () => {
  test('says what would be and writes nothing', async () => {
    const before = await snapshot(world.database)
    const asked = report({ version: 'v20.0.0', dry_run: true })
    expect(await receiveUpdate(world.ctx, asked)).toMatchObject({
      dryRun: true,
      id: null,
      state: 'recorded',
      record: { sha: asked.sha, version: 'v20.0.0' },
    })
    await expect(receiveUpdate(world.ctx, { ...asked, deploy_name: 'ghost' })).rejects.toMatchObject({
      details: [{ code: 'deploy_known' }],
    })
    expect(await snapshot(world.database)).toEqual(before)
  })
})

describe('the examples of the field', () => {
  const own = (name: string) => casesOf('receiver.effect').find(({ id }) => id === name) as Case

  test('replace-erases: the version goes, the artifacts stay and are named', async () => {
    const { slot: before, update } = own('replace-erases').given
    const api = { deploy_name: 'lambda', source_repo: 'acme/lambda' }
    await send(report({ ...api, sha: commitOf(before.sha), version: before.version, artifacts: before.artifacts }))
    const after = await send(report({ ...api, sha: commitOf(update.sha), version: '', artifacts: '' }))
    expect(after).toMatchObject({
      record: { version: null, artifacts: before.artifacts },
      erased: ['version'],
      kept: ['artifacts'],
    })
  })

  test('same-run: one run id for the record and whatever follows', async () => {
    const update = await send(report({ run_id: 'run-77' }))
    expect(update.run).toEqual({ id: 'run-77', url: null })
    expect((await listUpdates(world.ctx, { run_id: 'run-77' })).items.map(({ id }) => id)).toEqual([update.id])
  })
})

describe('lists', () => {
  test('are by state, newest first, and page on behind a cursor without gaps', async () => {
    const all: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listUpdates>> = await listUpdates(world.ctx, {
        state: ['superseded', 'recorded'],
        limit: 40,
        ...(cursor === null ? {} : { cursor }),
      })
      expect(page.items.every(({ state }) => state === 'superseded' || state === 'recorded')).toBe(true)
      all.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(all).toEqual(all.toSorted().toReversed())
    const written = await world.store.db.externalUpdate.count({
      where: { OR: [{ recordedAt: { not: null } }, { supersededAt: { not: null } }] },
    })
    expect(all).toHaveLength(written)
  })

  test('refuse a filter that is none', async () => {
    await expect(listUpdates(world.ctx, { state: 'done' })).rejects.toMatchObject({ code: 'invalid', field: 'state' })
  })
})
