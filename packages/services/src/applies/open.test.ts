import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { recordEnumeration } from '../fleet/sweep.ts'
import { completed, snapshot, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { openApply } from './open.ts'
import { previewApply } from './preview.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const applyOf = (id: string) => world.store.db.apply.findUniqueOrThrow({ where: { id } })

test('an apply that is opened, advanced and driven to proof completes, canary first', async () => {
  const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
  const apply = await place.open({ canary: 'borealis', soakSeconds: 30, batchSize: 2 })
  expect(apply.state).toBe('pending')
  await place.advance(apply.id)
  expect(await place.running(apply.id)).toEqual(['borealis'])
  await place.drive(apply.id, 'borealis', completed)
  expect(await place.running(apply.id)).toEqual([])
  world.clock.pass(29)
  await place.advance(apply.id)
  expect(await place.running(apply.id)).toEqual([])
  world.clock.pass(1)
  await place.advance(apply.id)
  expect(await place.running(apply.id)).toEqual(['acme', 'cobalt'])
  await place.driveAll(apply.id, () => completed)
  expect(await applyOf(apply.id)).toMatchObject({
    state: 'completed',
    settled: true,
    releaseStatus: 'completed',
    countCompleted: 3,
    countRunning: 0,
  })
})

test('the plan, the operations, the audit and the first job are there together', async () => {
  const place = await testPlace(world, ['acme', 'borealis', 'cobalt', 'dune'])
  const { id, planHash } = await place.open({ canary: 'cobalt', batchSize: 2 })
  const operations = await world.store.db.operation.findMany({ where: { applyId: id }, orderBy: { position: 'asc' } })
  expect(operations.map(({ slug, batch, canary, kind, state }) => [slug, batch, canary, kind, state])).toEqual([
    ['cobalt', 0, true, 'replace', 'pending'],
    ['acme', 1, false, 'replace', 'pending'],
    ['borealis', 1, false, 'replace', 'pending'],
    ['dune', 2, false, 'replace', 'pending'],
  ])
  const rows = await world.database.query(
    `select a.xmin = u.xmin as "audit", a.xmin = o.xmin as "operation", a.xmin = j.xmin as "job", u.detail, u.actor
     from applies a join audit u on u.subject_id = a.id and u.action = 'apply.open'
     join operations o on o.apply_id = a.id and o.position = 0
     join pgboss.job j on j.name = 'apply.advance' and j.data->>'applyId' = a.id where a.id = $1`,
    [id],
  )
  expect(rows).toEqual([
    {
      audit: true,
      operation: true,
      job: true,
      actor: 'ana',
      detail: { component: 'server', sha: world.shas[2], planHash, targets: 4 },
    },
  ])
})

test('a target that runs nothing known is started, one that runs the build already needs nothing done', async () => {
  const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
  await place.answer(['acme'], { kind: 'sha', sha: world.shas[2] })
  await world.database.query(`delete from current_readings where target_id in
    (select id from targets where slug = 'cobalt' and environment_id = '${place.environmentId}')`)
  const preview = await previewApply(world.ctx, {
    environment: place.environment,
    component: 'server',
    sha: world.shas[2],
  })
  expect(preview.operations.map(({ slug, kind, direction, fromSha }) => [slug, kind, direction, fromSha])).toEqual([
    ['acme', 'none', 'same', world.shas[2]],
    ['borealis', 'replace', 'forward', world.shas[0]],
    ['cobalt', 'start', 'first', null],
  ])
  expect(preview.summary).toMatchObject({ total: 3, start: 1, replace: 1, none: 1 })
})

test('what a preview shows is what is opened, under the same hash, and looking changes nothing', async () => {
  const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
  const asked = { environment: place.environment, component: 'server', sha: world.shas[2], canary: 'cobalt' }
  const before = await snapshot(world.database)
  const preview = await previewApply(world.ctx, asked)
  expect(await snapshot(world.database)).toEqual(before)
  const { apply } = await openApply(world.ctx, { ...asked, planHash: preview.planHash })
  expect(apply.planHash).toBe(preview.planHash)
  const operations = await world.store.db.operation.findMany({
    where: { applyId: apply.id },
    orderBy: { position: 'asc' },
    select: { slug: true, batch: true, kind: true, fromSha: true },
  })
  expect(preview.operations.map(({ slug, batch, kind, fromSha }) => ({ slug, batch, kind, fromSha }))).toEqual(
    operations,
  )
})

test('a plan that is not the one that was looked at any more is refused', async () => {
  const place = await testPlace(world, ['acme', 'borealis'])
  const asked = { environment: place.environment, component: 'server', sha: world.shas[2] }
  const { planHash } = await previewApply(world.ctx, asked)
  world.clock.pass(1)
  await place.answer(['acme'], { kind: 'sha', sha: world.shas[1] })
  await expect(openApply(world.ctx, { ...asked, planHash })).rejects.toMatchObject({
    code: 'conflict',
    field: 'planHash',
  })
})

test('two targets in one place of the fleet are planned in one order, always', async () => {
  const place = await testPlace(world, ['dune', 'elm', 'fable'])
  await recordEnumeration(world.ctx, place.environmentId, ['elm', 'fable'])
  await recordEnumeration(world.ctx, place.environmentId, ['acme', 'elm', 'fable', 'dune'])
  const targets = () => world.store.db.target.findMany({ where: { environmentId: place.environmentId } })
  expect((await targets()).sort((a, b) => a.position - b.position).map(({ slug }) => slug)).toEqual([
    'acme',
    'elm',
    'fable',
    'dune',
  ])
  const { id } = await place.open()
  const operations = await world.store.db.operation.findMany({ where: { applyId: id }, orderBy: { position: 'asc' } })
  expect(operations.map(({ slug }) => slug)).toEqual(['acme', 'elm', 'fable', 'dune'])
})

describe('what cannot be planned is refused by every reason, and nothing is written', () => {
  interface Refusal {
    tenants?: string[]
    given?: Record<string, unknown>
    prepare?: (place: Awaited<ReturnType<typeof testPlace>>) => Promise<unknown>
    code: string
    field: string
  }
  const refusals: Record<string, Refusal> = {
    'an empty selection, which is never the whole fleet': {
      given: { targets: [] },
      code: 'selection_empty',
      field: 'targets',
    },
    'law 4: a fleet without a single target': { tenants: [], code: 'fleet_empty', field: 'environment' },
    'law 4: a fleet of which the control plane named none': {
      prepare: ({ environmentId }) => recordEnumeration(world.ctx, environmentId, []),
      code: 'nothing_eligible',
      field: 'environment',
    },
    'a target that is not there': {
      given: { targets: ['acme', 'nobody'] },
      code: 'selection_unknown',
      field: 'targets',
    },
    'a target that the control plane left out': {
      given: { targets: ['acme', 'borealis'] },
      prepare: ({ environmentId }) => recordEnumeration(world.ctx, environmentId, ['acme']),
      code: 'selection_not_enumerated',
      field: 'targets',
    },
    'a target that is named twice': {
      given: { targets: ['acme', 'acme'] },
      code: 'selection_duplicate',
      field: 'targets',
    },
    'a canary that is not there': { given: { canary: 'nobody' }, code: 'canary_unknown', field: 'canary' },
    'a canary that is not selected': {
      given: { canary: 'acme', targets: ['borealis'] },
      code: 'canary_not_selected',
      field: 'canary',
    },
    'law 7: a downgrade that nobody allowed': {
      prepare: ({ answer }) => answer(['acme'], { kind: 'sha', sha: 'f'.repeat(40), at: world.clock.now }),
      given: { allowUnknownOrder: false },
      code: 'order_unknown',
      field: 'allowUnknownOrder',
    },
  }
  test.each(Object.entries(refusals))('%s', async (_, { tenants, given = {}, prepare, code, field }) => {
    world.clock.pass(1)
    const place = await testPlace(world, tenants ?? ['acme', 'borealis'])
    world.clock.pass(1)
    await prepare?.(place)
    const before = await snapshot(world.database)
    const error = await place.open(given).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ServiceError)
    expect(error).toMatchObject({ code: 'refused', field, details: [expect.objectContaining({ code, field })] })
    expect((error as ServiceError).remedy).toMatch(/\w/)
    expect(await snapshot(world.database)).toEqual(before)
    const preview = await previewApply(world.ctx, {
      environment: place.environment,
      component: 'server',
      sha: world.shas[2],
      ...given,
    })
    expect(preview).toMatchObject({ planHash: null, refusals: [{ code, message: (error as Error).message }] })
  })

  test('law 7: going back is refused until it is asked for in so many words', async () => {
    const place = await testPlace(world, ['acme', 'borealis'])
    world.clock.pass(1)
    await place.answer(['acme'], { kind: 'sha', sha: world.shas[2] })
    await expect(place.open({ sha: world.shas[1] })).rejects.toMatchObject({
      code: 'refused',
      field: 'allowDowngrade',
      message: 'One tenant would move back to an older build: acme.',
    })
    const apply = await place.open({ sha: world.shas[1], allowDowngrade: true })
    expect(apply.total).toBe(2)
  })

  test('a build whose order is not known may be taken as a decision', async () => {
    const place = await testPlace(world, ['acme'])
    world.clock.pass(1)
    await place.answer(['acme'], { kind: 'sha', sha: 'e'.repeat(40) })
    await expect(place.open()).rejects.toMatchObject({ code: 'refused', field: 'allowUnknownOrder' })
    expect((await place.open({ allowUnknownOrder: true })).total).toBe(1)
  })

  test('targets that the last enumeration left out are left out of the whole fleet, and named', async () => {
    const place = await testPlace(world, ['acme', 'borealis', 'cobalt'])
    await recordEnumeration(world.ctx, place.environmentId, ['cobalt', 'acme'])
    const asked = { environment: place.environment, component: 'server', sha: world.shas[2] }
    const preview = await previewApply(world.ctx, asked)
    expect(preview.operations.map(({ slug }) => slug)).toEqual(['cobalt', 'acme'])
    expect(preview.summary?.notEnumerated).toEqual(['borealis'])
  })

  test.each([
    ['environment', { environment: 'nowhere' }],
    ['component', { component: 'nothing' }],
    ['build', { sha: 'a'.repeat(40) }],
  ])('an unknown %s is not found', async (what, given) => {
    const place = await testPlace(world, ['acme'])
    const before = await snapshot(world.database)
    const field = what === 'build' ? 'sha' : what
    await expect(place.open(given)).rejects.toMatchObject({ code: 'not_found', field, remedy: expect.any(String) })
    expect(await snapshot(world.database)).toEqual(before)
  })
})

describe('an idempotency key', () => {
  const count = (key: string) => world.store.db.apply.count({ where: { idempotencyKey: key } })

  test('fifty opens at once with one key open one apply, and all of them get it', async () => {
    const place = await testPlace(world, ['acme', 'borealis'])
    const asked = {
      environment: place.environment,
      component: 'server',
      sha: world.shas[2],
      idempotencyKey: 'fifty',
    }
    const answers = await Promise.all(Array.from({ length: 50 }, () => openApply(world.ctx, asked)))
    expect(new Set(answers.map(({ apply }) => apply.id)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(await count('fifty')).toBe(1)
    const audited = await world.store.db.auditEntry.count({ where: { subjectId: answers[0]?.apply.id ?? '' } })
    expect(audited).toBe(1)
  })

  test('the same key with another request is a conflict that names the first one', async () => {
    const place = await testPlace(world, ['acme', 'borealis'])
    const first = await place.open({ idempotencyKey: 'other body' })
    const before = await snapshot(world.database)
    for (const other of [{ batchSize: 2 }, { targets: ['acme'] }, { sha: world.shas[1] }, { requiresApproval: true }]) {
      await expect(place.open({ idempotencyKey: 'other body', ...other })).rejects.toMatchObject({
        code: 'conflict',
        field: 'idempotencyKey',
        remedy: expect.stringContaining(first.id),
      })
    }
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('one key in two lanes at once: one opens, the other one is told', async () => {
    const places = []
    for (let i = 0; i < 4; i++) places.push(await testPlace(world, ['acme']))
    const opened = await Promise.allSettled(places.map((place) => place.open({ idempotencyKey: 'two lanes' })))
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of opened) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'conflict', field: 'idempotencyKey' })
    }
    expect(await count('two lanes')).toBe(1)
  })

  test('a key answers its apply whatever has become of it', async () => {
    const place = await testPlace(world, ['acme'])
    const first = await place.start({ idempotencyKey: 'later' })
    await place.driveAll(first.id, () => completed)
    expect(await place.open({ idempotencyKey: 'later' })).toMatchObject({ id: first.id, state: 'completed' })
  })
})

test('a key under which something else finds the apply that follows from it is nobody else’s', async () => {
  const place = await testPlace(world, ['acme'])
  for (const idempotencyKey of ['external-update:upd_1', 'promotion:prm_1']) {
    await expect(place.open({ idempotencyKey })).rejects.toMatchObject({ code: 'invalid', field: 'idempotencyKey' })
  }
})
