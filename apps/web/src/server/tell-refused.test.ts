import { flushRefusals, ServiceError } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { handleRest } from '../rest/dispatch.ts'
import type { Route } from '../rest/route.ts'
import { restTable } from '../rest/table.ts'
import { type Access, at, may, self } from './access.ts'
import { machineRequest, testDeps } from './testing/deps.ts'

let world: TestWorld
beforeEach(async () => {
  world = await testWorld({ tenants: ['acme'] })
})
afterEach(() => world.drop())

const no = new ServiceError('refused', 'It is frozen.', {
  field: 'environment',
  details: [{ code: 'frozen', field: 'environment', message: 'It is frozen.', remedy: 'Wait.' }],
})

const route = (method: Route['method'], path: string, access: Access): Route => ({
  method,
  path,
  access,
  summary: 'Try',
  input: z.strictObject({ environment: z.string(), dryRun: z.boolean().optional() }),
  ...(method === 'GET' ? { query: { environment: 'text' as const } } : {}),
  answers: { 200: 'never' },
  handle: () => Promise.reject(no),
})

const table = [
  route('POST', '/freeze', may('apply.open', at.environment())),
  route('GET', '/freeze', may('read', at.environment())),
  route('POST', '/me', self),
]

async function ask(method: string, path: string, body?: unknown, of: readonly Route[] = table): Promise<number> {
  const { deps } = testDeps({ store: world.store, clock: world.clock })
  const { status } = await handleRest(
    machineRequest(method, `/api/v1${path}`, body, { 'x-request-id': 'req-7' }),
    of,
    deps,
  )
  await flushRefusals(world.store)
  return status
}

const refusals = () => world.store.db.auditEntry.findMany({ where: { outcome: 'refused' }, orderBy: { id: 'asc' } })

it('keeps what the state of the world did not allow somebody to change', async () => {
  expect(await ask('POST', '/freeze', { environment: 'production' })).toBe(409)
  expect(await refusals()).toMatchObject([
    {
      actor: 'operator',
      credential: 'operator token',
      action: 'apply.open',
      subjectType: 'environment',
      environmentId: world.environmentId,
      reason: 'It is frozen.',
      requestId: 'req-7',
      detail: { entry: 'POST /freeze', rule: 'frozen' },
    },
  ])
})

it('keeps what somebody may not do, whatever it is', async () => {
  expect(await ask('POST', '/me', { environment: 'production' })).toBe(403)
  expect(await refusals()).toMatchObject([{ action: 'self', detail: { entry: 'POST /me', missing: 'self' } }])
})

it('keeps no reading and no dry run that the state of the world did not allow, and nothing that is only wrong', async () => {
  expect(await ask('GET', '/freeze?environment=production')).toBe(409)
  expect(await ask('POST', '/freeze', { environment: 'production', dryRun: true })).toBe(409)
  expect(await ask('POST', '/freeze', { environment: 5 })).toBe(400)
  expect(await ask('POST', '/nowhere', {})).toBe(404)
  expect(await refusals()).toEqual([])
})

it('keeps what somebody else was faster with, and what it was about though it is of no environment', async () => {
  const faster = new ServiceError('conflict', 'This is not the plan of this apply.', { field: 'planHash' })
  await world.store.db.secret.create({ data: { name: 'X_TOKEN', createdAt: world.clock.now } })
  const conflict: Route = {
    ...route('POST', '/secrets/:name', may('secret.manage', 'everywhere')),
    input: z.strictObject({ name: z.string() }),
    handle: () => Promise.reject(faster),
  }
  expect(await ask('POST', '/secrets/X_TOKEN', {}, [conflict])).toBe(409)
  expect(await refusals()).toMatchObject([
    { action: 'secret.manage', subjectType: 'secret', subjectId: 'X_TOKEN', reason: faster.message },
  ])
})

it('writes no second row where the verb has written its own', async () => {
  const update = { source_repo: 'a/b', deploy_name: 'none', environment: 'production', sha: world.shas[0] }
  expect(await ask('POST', '/external-updates', update, restTable)).toBeGreaterThanOrEqual(400)
  expect((await refusals()).map(({ action }) => action)).toEqual(['update.refuse'])
})
