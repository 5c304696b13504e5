import { external, inForce, type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { machineRequest, testDeps } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

let world: TestWorld

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a machine would, without our types
type Answer = { status: number; body: any; headers: Headers }

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
  const { deps } = testDeps({ store: world.store, clock: world.clock })
  const response = await handleRest(machineRequest(method, `/api/v1${path}`, body, headers), restTable, deps)
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
}

let n = 0x3000
const report = (more: object = {}) => ({
  source_repo: 'acme/infra',
  deploy_name: 'infra',
  environment: 'production',
  sha: (n++).toString(16).padStart(40, '0'),
  ...more,
})
const send = (more?: object, headers?: Record<string, string>) => {
  world.clock.pass(1)
  return ask('POST', '/external-updates', report(more), headers)
}

beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
  const deploys = { infra: 'record_only', server: 'control_plane', flows: 'workflow' } as const
  await inForce(world, { external: external(deploys) })
})
afterAll(() => world?.drop())

describe('a machine that reports an update', () => {
  it('is told its id and what was recorded; the same report again is the same update', async () => {
    const asked = report({ version: 'v1.0.0', artifacts: { chart: '1' }, run_id: '7' })
    const made = await ask('POST', '/external-updates', asked)
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/v1/external-updates/${made.body.id}`)
    expect(made.body).toMatchObject({
      state: 'recorded',
      record: { sha: asked.sha, version: 'v1.0.0', artifacts: { chart: '1' }, recordedBy: 'operator' },
      applyId: null,
      run_id: '7',
    })
    const again = await ask('POST', '/external-updates', asked)
    expect([again.status, again.body.id]).toEqual([200, made.body.id])
    const read = await ask('GET', `/external-updates/${made.body.id}`)
    expect(read).toMatchObject({ status: 200, body: { id: made.body.id, state: 'recorded', settled: true } })
    const byRun = await ask('GET', '/external-updates?run_id=7')
    expect(byRun.body.items).toHaveLength(1)
    const slots = await ask('GET', '/external-slots?environment=production')
    expect(slots.body.items).toMatchObject([{ deploy_name: 'infra', sha: asked.sha, updateId: made.body.id }])
  })

  it('has just its component deployed where it opted in', async () => {
    const { status, body } = await send({ source_repo: 'acme/server', deploy_name: 'server' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'waiting', applyId: expect.any(String), record: { revision: 1 } })
    const apply = await ask('GET', `/applies/${body.applyId}`)
    expect(apply.body).toMatchObject({ component: 'server', environment: 'production', sha: body.sha })
  })

  it('says in a header that its own run deploys', async () => {
    const flows = { source_repo: 'acme/flows', deploy_name: 'flows', run_id: 12 }
    const { body } = await send(flows, { 'x-rollcall-deploys': 'in-this-run' })
    expect(body).toMatchObject({ deploys: 'in_run', run: { id: '12' } })
    const other = await send(flows, { 'x-rollcall-deploys': 'elsewhere' })
    expect(other).toMatchObject({ status: 422, body: { field: 'deploys' } })
  })

  it.each([
    [422, 'deploy_known', 'deploy_name', { deploy_name: 'ghost' }],
    [422, 'source_repo', 'source_repo', { source_repo: 'acme/other' }],
    [422, 'environment_state', 'environment', { environment: 'nowhere' }],
    [422, 'artifacts', 'artifacts', { artifacts: '[1]' }],
    [422, 'sha', 'sha', { sha: 'abc' }],
    [409, 'older', 'sha', { version: 'v0.9.0' }],
  ])('is refused with %i, the rule %s, the field and a remedy', async (status, rule, field, more) => {
    if (rule === 'older') await send({ version: 'v1.1.0' })
    const refused = await send(more)
    expect(refused.status).toBe(status)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(refused.body).toMatchObject({ field, remedy: expect.any(String), errors: [{ code: rule, field }] })
    const { body } = await ask('GET', '/external-updates?state=refused&limit=1')
    expect(body.items[0]).toMatchObject({ state: 'refused', refusal: { rule, field } })
  })

  it.each([
    ['a field that is missing', { sha: undefined }, 'sha'],
    ['a field that nobody knows', { deployName: 'infra' }, 'deployName'],
    ['a field of another kind', { source_repo: 7 }, 'source_repo'],
  ])('is not understood with %s, and nothing is kept', async (_, more, field) => {
    const before = await world.store.db.externalUpdate.count()
    const refused = await send(more)
    expect(refused).toMatchObject({ status: 400, body: { code: 'malformed', field } })
    expect(await world.store.db.externalUpdate.count()).toBe(before)
  })

  it('is suggested the name that it meant', async () => {
    const { body } = await send({ source_rep: 'acme/infra' })
    expect(body.remedy).toContain('source_repo')
  })

  it('may ask what would be', async () => {
    const { status, body } = await send({ version: 'v2.0.0', dry_run: true })
    expect([status, body.dryRun, body.id, body.state]).toEqual([200, true, null, 'recorded'])
  })
})

describe('a person with a terminal', () => {
  it('forces, with a reason, what a rule of order refused', async () => {
    await send({ version: 'v3.0.0' })
    await send({ version: 'v2.9.0' })
    const { body } = await ask('GET', '/external-updates?state=refused&limit=1')
    const [{ id }] = body.items
    expect(await ask('POST', `/external-updates/${id}/force`, {})).toMatchObject({
      status: 400,
      body: { field: 'reason' },
    })
    const forced = await ask('POST', `/external-updates/${id}/force`, { reason: 'v3 leaks' })
    expect(forced).toMatchObject({ status: 200, body: { version: 'v2.9.0', state: 'recorded', reason: 'v3 leaks' } })
  })

  it('goes back, and is told when it is there already', async () => {
    const place = { environment: 'production', deploy_name: 'infra', to: 'v3.0.0' }
    const back = await ask('POST', '/external-updates/rollback', place)
    expect(back).toMatchObject({ status: 201, body: { version: 'v3.0.0', via: 'rollback' } })
    expect((await ask('POST', '/external-updates/rollback', place)).status).toBe(200)
    const lost = await ask('POST', '/external-updates/rollback', { ...place, to: 'v77' })
    expect(lost).toMatchObject({ status: 409, body: { field: 'to', errors: [{ code: 'target_found' }] } })
  })

  it('is refused what cannot be deployed, with what would make it possible', async () => {
    const { body } = await send()
    const refused = await ask('POST', `/external-updates/${body.id}/deploy`)
    expect(refused).toMatchObject({ status: 409, body: { remedy: expect.stringContaining('on_update.deploy') } })
    expect(await ask('GET', '/external-updates/upd_0000')).toMatchObject({ status: 404 })
  })
})
