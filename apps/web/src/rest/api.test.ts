import { advanceApply } from '@rollcall/services'
import { driveTo, type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { machineRequest, testDeps } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

const tenants = ['acme', 'birch', 'cedar']
const fresh = 'f'.repeat(40)
let world: TestWorld

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a machine would, without our types
type Answer = { status: number; body: any; headers: Headers }

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
  const { deps } = testDeps({ store: world.store, clock: world.clock })
  const response = await handleRest(machineRequest(method, `/api/v1${path}`, body, headers), restTable, deps)
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
}

const open = (more: object = {}) =>
  ask('POST', '/applies', { environment: 'production', component: 'server', sha: world.shas[1], ...more })

/** Lets the apply go on until nothing starts any more, each started operation ending as `outcome` says. */
async function drive(applyId: string, outcome: Parameters<typeof driveTo>[2]) {
  for (let round = 0; round < 20; round++) {
    await advanceApply(world.ctx, applyId)
    const { body } = await ask('GET', `/applies/${applyId}/operations?state=running`)
    for (const { id } of body.items) await driveTo(world, id, outcome)
    if (body.items.length === 0) return
    world.clock.pass(120)
  }
}

beforeAll(async () => {
  world = await testWorld({ tenants })
})
afterAll(() => world?.drop())

describe('the walk of a machine', () => {
  it('goes from a published build to a fleet that is fresh by observation', async () => {
    const build = {
      component: 'server',
      sha: fresh,
      branch: 'main',
      tag: 'main-fffffff',
      committedAt: '2026-03-01T11:30:00Z',
    }
    const published = await ask('POST', '/builds', build)
    expect(published.status).toBe(201)
    expect(published.body).toMatchObject({ component: 'server', sha: fresh, tag: 'main-fffffff' })
    const again = await ask('POST', '/builds', build)
    expect([again.status, again.body]).toEqual([200, published.body])

    const opened = await open({ sha: fresh, requiresApproval: true, canary: 'birch', soakSeconds: 0 })
    expect(opened.status).toBe(201)
    expect(opened.headers.get('location')).toBe(`/api/v1/applies/${opened.body.id}`)
    expect(opened.body).toMatchObject({ state: 'awaiting_approval', environment: 'production', component: 'server' })

    const approved = await ask('POST', `/applies/${opened.body.id}/approve`, { planHash: opened.body.planHash })
    expect([approved.status, approved.body.approvedBy]).toEqual([200, 'operator'])
    await drive(opened.body.id, { state: 'completed' })

    const done = await ask('GET', `/applies/${opened.body.id}`)
    expect(done.body).toMatchObject({
      state: 'completed',
      settled: true,
      releaseStatus: 'completed',
      counts: { completed: 3 },
      heldBy: [],
      firstFailure: null,
      because: expect.any(Array),
      nextActions: expect.any(Array),
    })
    await world.answer(tenants, { kind: 'sha', sha: fresh })
    const { body: fleet } = await ask('GET', '/fleet?environment=production')
    expect(fleet).toMatchObject({ environment: 'production', asOf: expect.any(String) })
    for (const target of fleet.targets) {
      expect(target).toMatchObject({
        verdict: 'fresh',
        expectedSha: fresh,
        observedSha: fresh,
        reason: expect.any(String),
      })
    }
    const { body: operations } = await ask('GET', `/applies/${opened.body.id}/operations`)
    expect(operations.items.map(({ slug }: { slug: string }) => slug)).toEqual(['birch', 'acme', 'cedar'])
    expect((await ask('GET', `/operations/${operations.items[0].id}`)).body).toMatchObject({
      slug: 'birch',
      state: 'completed',
    })
  })

  it('retries what failed, for one operation or for all', async () => {
    const build = {
      component: 'server',
      sha: 'e'.repeat(40),
      branch: 'main',
      tag: 'main-eeeeeee',
      committedAt: '2026-03-01T11:50:00Z',
    }
    await ask('POST', '/builds', build)
    const { body: apply } = await open({ sha: build.sha, soakSeconds: 0, onFailure: 'continue', batchSize: 3 })
    await drive(apply.id, { state: 'failed', reason: 'redeploy_failed', detail: 'no' })
    const { body: failed } = await ask('GET', `/applies/${apply.id}`)
    expect(failed.state).toBe('failed')
    const { body: operations } = await ask('GET', `/applies/${apply.id}/operations?state=failed`)
    const one = await ask('POST', `/operations/${operations.items[0].id}/retry`, { reason: 'fixed by hand' })
    expect([one.status, one.body.state]).toEqual([200, 'pending'])
    const all = await ask('POST', `/applies/${apply.id}/retry`)
    expect(all.status).toBe(200)
    const stopped = await ask('POST', `/applies/${apply.id}/cancel`, { reason: 'enough' })
    expect(stopped.status).toBe(200)
  })
})

describe('opening an apply', () => {
  it('answers the same apply to the same key and body, and 422 to another body', async () => {
    const key = { idempotencyKey: 'deploy-7', requiresApproval: true, allowDowngrade: true }
    const first = await open(key)
    expect(first.status).toBe(201)
    const again = await open(key)
    expect([again.status, again.body.id]).toEqual([200, first.body.id])
    const header = await open({ requiresApproval: true, allowDowngrade: true })
    expect(header.body.id).not.toBe(first.body.id)
    const other = await open({ ...key, batchSize: 2 })
    expect([other.status, other.body.field, other.body.code]).toEqual([422, 'idempotencyKey', 'invalid'])
  })

  it('takes the key from the Idempotency-Key header, too', async () => {
    const body = {
      environment: 'production',
      component: 'server',
      sha: world.shas[1],
      requiresApproval: true,
      allowDowngrade: true,
    }
    const first = await ask('POST', '/applies', body, { 'idempotency-key': 'k-header' })
    const again = await ask('POST', '/applies', { ...body, idempotencyKey: 'k-header' })
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id])
  })

  it.each([
    ['an unknown environment', { environment: 'mars' }, 422, 'environment'],
    ['an unknown component', { component: 'mars' }, 422, 'component'],
    ['a build that nobody published', { sha: '9'.repeat(40) }, 422, 'sha'],
    ['a short sha', { sha: 'abc1234' }, 422, 'sha'],
    ['no sha', { sha: undefined }, 400, 'sha'],
    ['an empty list of targets', { targets: [] }, 422, 'targets'],
    ['a target that does not exist', { targets: ['nobody'] }, 422, 'targets'],
    ['a canary that does not exist', { canary: 'nobody' }, 422, 'canary'],
    ['a batch of none', { batchSize: 0 }, 422, 'batchSize'],
    ['a batch of text', { batchSize: '3' }, 400, 'batchSize'],
    ['half a second of soak', { soakSeconds: 0.5 }, 400, 'soakSeconds'],
    ['a misspelt field', { on_failure: 'pause' }, 400, 'on_failure'],
    ['an older build than the fleet runs', { sha: '' }, 422, 'sha'],
  ])('refuses %s and opens nothing', async (_what, more, status, field) => {
    const before = await world.store.db.apply.count()
    const answer = await open(more)
    expect([answer.status, answer.body.field]).toEqual([status, field])
    expect(answer.body.remedy).toEqual(expect.any(String))
    expect(await world.store.db.apply.count()).toBe(before)
  })

  it('answers 409 when only the present state of the fleet is in the way', async () => {
    const { status, body } = await open({ sha: world.shas[0] })
    expect([status, body.code]).toEqual([409, 'refused'])
    expect(body.errors[0]).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      remedy: expect.any(String),
    })
  })
})

describe('decisions', () => {
  it('are refused with the sentence of the button and what would make them possible', async () => {
    const { body: apply } = await open({ requiresApproval: true, allowDowngrade: true })
    for (const verb of ['release', 'retry'] as const) {
      const { status, body } = await ask('POST', `/applies/${apply.id}/${verb}`, {})
      expect([status, body.detail, body.remedy]).toEqual([409, apply.actions[verb].why, apply.actions[verb].unblock])
    }
    const noReason = await ask('POST', `/applies/${apply.id}/reject`)
    expect([noReason.status, noReason.body.field]).toEqual([400, 'reason'])
    const otherPlan = await ask('POST', `/applies/${apply.id}/approve`, { planHash: 'sha256:other' })
    expect([otherPlan.status, otherPlan.body.field]).toEqual([409, 'planHash'])
    const rejected = await ask('POST', `/applies/${apply.id}/reject`, { reason: 'not today' })
    expect([rejected.status, rejected.body.state]).toEqual([200, 'rejected'])
  })

  it('answer 404 for an apply or an operation that does not exist', async () => {
    for (const path of ['/applies/apl_0', '/operations/op_0', '/applies/apl_0/operations', '/applies/nonsense']) {
      expect((await ask('GET', path)).status).toBe(404)
    }
    expect((await ask('POST', '/applies/apl_0/stop')).status).toBe(404)
    expect((await ask('POST', '/operations/op_0/retry')).status).toBe(404)
  })
})

describe('lists', () => {
  it('come in pages that a cursor joins without gap or repetition', async () => {
    const all = (await ask('GET', '/applies?limit=200')).body.items.map(({ id }: { id: string }) => id)
    expect(all.length).toBeGreaterThan(3)
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await ask('GET', `/applies?limit=2&cursor=${cursor}`)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(all)
  })

  it('filter by state, environment and component', async () => {
    expect(
      (await ask('GET', '/applies?state=completed&environment=production&component=server')).body.items,
    ).toHaveLength(1)
    expect((await ask('GET', '/applies?environment=mars')).body.items).toEqual([])
    const { status, body } = await ask('GET', '/applies?state=finished')
    expect([status, body.field]).toEqual([400, 'state'])
    expect(body.detail).toContain('completed')
  })

  it('answer everything there is where there are no pages', async () => {
    expect((await ask('GET', '/environments')).body).toMatchObject({
      items: [{ slug: 'production' }],
      nextCursor: null,
    })
    expect((await ask('GET', '/components')).body).toEqual({
      items: [{ slug: 'server', name: 'server' }],
      nextCursor: null,
    })
    expect((await ask('GET', '/builds?component=server&limit=2')).body.items).toHaveLength(2)
  })

  it('refuse a fleet without an environment, or of one that does not exist', async () => {
    const missing = await ask('GET', '/fleet')
    expect([missing.status, missing.body.field]).toEqual([400, 'environment'])
    const unknown = await ask('GET', '/fleet?environment=mars')
    expect([unknown.status, unknown.body.field]).toEqual([404, 'environment'])
  })
})

describe('definitions', () => {
  it('are made with 201 and changed with 200', async () => {
    expect(await ask('PUT', '/components/web', { name: 'Web' })).toMatchObject({
      status: 201,
      body: { slug: 'web', name: 'Web' },
    })
    expect(await ask('PUT', '/components/web', { name: 'The web' })).toMatchObject({
      status: 200,
      body: { name: 'The web' },
    })
    const environment = {
      controlPlaneUrl: 'http://127.0.0.1:9/staging',
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN_TEST',
      tenantUrlTemplate: 'http://127.0.0.1:9/staging/t/{slug}',
    }
    expect((await ask('PUT', '/environments/staging', environment)).status).toBe(201)
    expect((await ask('PUT', '/environments/staging', environment)).status).toBe(200)
    const asked = await ask('POST', '/fleet/sweep', { environment: 'staging' })
    expect([asked.status, asked.body]).toEqual([202, { asked: true }])
  })

  it('name a slug that cannot be one', async () => {
    const { status, body } = await ask('PUT', '/components/Not_A_Slug', {})
    expect([status, body.field]).toEqual([422, 'slug'])
  })
})

describe('the description', () => {
  it('names every path of the table with its inputs', async () => {
    const { body } = await ask('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    for (const { method, path } of restTable) {
      expect(body.paths[path.replace(/:(\w+)/g, '{$1}')]).toHaveProperty(method.toLowerCase())
    }
    const open = body.paths['/applies'].post
    expect(open.requestBody.content['application/json'].schema.required).toEqual(['environment', 'component', 'sha'])
    expect(open.parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
    )
  })
})
