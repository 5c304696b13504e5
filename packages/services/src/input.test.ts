import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from './index.ts'
import * as services from './index.ts'
import { ServiceError } from './index.ts'
import { snapshot, type TestPlace, type TestWorld, testPlace, testWorld } from './testing/index.ts'

let world: TestWorld
let place: TestPlace
let applyId: string
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  place = await testPlace(world, ['acme', 'borealis'])
  applyId = (await place.open({ requiresApproval: true })).id
})
afterAll(() => world.drop())

type Verb = (ctx: Context, input: unknown) => Promise<unknown>
const firstOf = (watch: AsyncIterable<unknown>) => watch[Symbol.asyncIterator]().next()

/** Every verb that takes input from outside, with input that it would understand. */
const verbs: Record<string, { verb: Verb; good: () => Record<string, unknown> }> = {
  openApply: {
    verb: services.openApply,
    good: () => ({ environment: place.environment, component: 'server', sha: world.shas[2] }),
  },
  previewApply: {
    verb: services.previewApply,
    good: () => ({ environment: place.environment, component: 'server', sha: world.shas[2] }),
  },
  approveApply: { verb: services.approveApply, good: () => ({ id: applyId }) },
  rejectApply: { verb: services.rejectApply, good: () => ({ id: applyId, reason: 'because' }) },
  releaseApply: { verb: services.releaseApply, good: () => ({ id: applyId }) },
  retryApply: { verb: services.retryApply, good: () => ({ id: applyId }) },
  stopApply: { verb: services.stopApply, good: () => ({ id: applyId }) },
  cancelApply: { verb: services.cancelApply, good: () => ({ id: applyId, reason: 'because' }) },
  retryOperation: { verb: services.retryOperation, good: () => ({ id: 'op_1' }) },
  publishBuild: {
    verb: services.publishBuild,
    good: () => ({ component: 'server', sha: 'a'.repeat(40), branch: 'main', tag: 'main-1' }),
  },
  defineComponent: { verb: services.defineComponent, good: () => ({ slug: 'server' }) },
  defineEnvironment: {
    verb: services.defineEnvironment,
    good: () => ({
      slug: 'any',
      controlPlaneUrl: 'https://cp.example.com',
      controlPlaneTokenEnv: 'ROLLCALL_CP_TOKEN',
      tenantUrlTemplate: 'https://{slug}.example.com',
    }),
  },
  sweepNow: { verb: services.sweepNow, good: () => ({ environment: place.environment }) },
  getApply: { verb: services.getApply, good: () => ({ id: applyId }) },
  listApplies: { verb: services.listApplies, good: () => ({}) },
  listBuilds: { verb: services.listBuilds, good: () => ({}) },
  getFleet: { verb: services.getFleet, good: () => ({ environment: place.environment }) },
  getTarget: { verb: services.getTarget, good: () => ({ environment: place.environment, slug: 'acme' }) },
  getOperation: { verb: services.getOperation, good: () => ({ id: 'op_1' }) },
  listOperations: { verb: services.listOperations, good: () => ({ applyId }) },
  watchApply: {
    verb: (ctx, input) => firstOf(services.watchApply(ctx, input, AbortSignal.abort())),
    good: () => ({ id: applyId }),
  },
  watchWorld: { verb: (ctx, input) => firstOf(services.watchWorld(ctx, input, AbortSignal.abort())), good: () => ({}) },
}

test('every verb that takes input is held to what follows', () => {
  const taking = Object.keys(services).filter((name) => name.endsWith('Input'))
  // a preview takes what an open takes
  const names = ['previewApply', ...taking.map((name) => name.replace(/Input$/, ''))]
  expect(Object.keys(verbs).toSorted()).toEqual(names.toSorted())
})

const pages: [string, unknown, string][] = [
  ['cursor', 7, 'cursor'],
  ['limit', 0, 'limit'],
  ['limit', 201, 'limit'],
  ['limit', 1.5, 'limit'],
  ['limit', '50', 'limit'],
]
const ids: [string, unknown, string][] = [
  ['id', 7, 'id'],
  ['id', '', 'id'],
  ['id', "apl_1' or '1'='1", 'id'],
  ['id', 'apl_\0', 'id'],
]
const reasons: [string, unknown, string][] = [
  ['reason', '', 'reason'],
  ['reason', '   ', 'reason'],
  ['reason', 'x'.repeat(2_001), 'reason'],
  ['reason', 'a\0b', 'reason'],
  ['reason', '\ud800', 'reason'],
]
const applies: [string, unknown, string][] = [
  ['environment', 'No Slug', 'environment'],
  ['component', '-x', 'component'],
  ['sha', 'abc1234', 'sha'],
  ['sha', 'g'.repeat(40), 'sha'],
  ['targets', 'all', 'targets'],
  ['targets', ['ok', '../..'], 'targets.1'],
  ['targets', Array.from({ length: 20_001 }, () => 'x'), 'targets'],
  ['canary', '', 'canary'],
  ['batchSize', 0, 'batchSize'],
  ['batchSize', 1_001, 'batchSize'],
  ['batchSize', Number.NaN, 'batchSize'],
  ['soakSeconds', -1, 'soakSeconds'],
  ['soakSeconds', 86_401, 'soakSeconds'],
  ['onFailure', '', 'onFailure'],
  ['maxStragglers', 1e300, 'maxStragglers'],
  ['requiresApproval', 'yes', 'requiresApproval'],
  ['idempotencyKey', 'x'.repeat(201), 'idempotencyKey'],
  ['planHash', 'a\0', 'planHash'],
]
/** verb → [field, what is given for it, field that is named in the refusal] */
const bad: Record<string, [string, unknown, string][]> = {
  openApply: applies,
  previewApply: applies,
  approveApply: [...ids, ['planHash', 7, 'planHash']],
  rejectApply: [...ids, ...reasons, ['reason', undefined, 'reason']],
  releaseApply: [...ids, ...reasons],
  retryApply: [...ids, ...reasons],
  stopApply: [...ids, ...reasons],
  cancelApply: [...ids, ...reasons, ['reason', undefined, 'reason']],
  retryOperation: [...ids, ...reasons],
  publishBuild: [
    ['component', null, 'component'],
    ['sha', 'A'.repeat(39), 'sha'],
    ['branch', ' ', 'branch'],
    ['branch', 'a\0b', 'branch'],
    ['tag', 'a b', 'tag'],
    ['tag', '', 'tag'],
    ['images', { api: 'sha256:short' }, 'images.api'],
    ['images', { 'a\0b': `sha256:${'0'.repeat(64)}` }, 'images.a\0b'],
    ['committedAt', 'yesterday', 'committedAt'],
    ['committedAt', '0001-01-01T00:00:00Z', 'committedAt'],
    ['committedAt', '9999-12-31T23:59:59-12:00', 'committedAt'],
    ['committedAt', 1_700_000_000, 'committedAt'],
  ],
  defineComponent: [
    ['slug', 'UPPER', 'slug'],
    ['name', '\0', 'name'],
  ],
  defineEnvironment: [
    ['slug', 'x'.repeat(64), 'slug'],
    ['controlPlaneUrl', 'ftp://cp.example.com', 'controlPlaneUrl'],
    ['controlPlaneUrl', 'https://user:secret@cp.example.com', 'controlPlaneUrl'],
    ['controlPlaneUrl', 'https://cp.example.com/?token=1', 'controlPlaneUrl'],
    ['controlPlaneUrl', 'https://cp.example.com/\0', 'controlPlaneUrl'],
    ['controlPlaneUrl', 'https://cp.example.com/a\nb', 'controlPlaneUrl'],
    ['controlPlaneUrl', `https://cp.example.com/${'x'.repeat(500)}`, 'controlPlaneUrl'],
    ['tenantUrlTemplate', 'https://tenant.example.com', 'tenantUrlTemplate'],
    ['tenantUrlTemplate', 'https://{slug}.{slug}.example.com', 'tenantUrlTemplate'],
    ['tenantUrlTemplate', 'https://{slug}.example.com/\ud800', 'tenantUrlTemplate'],
    ['controlPlaneTokenEnv', 'PATH', 'controlPlaneTokenEnv'],
    ['controlPlaneTokenEnv', 'ROLLCALL_CP_TOKEN=secret', 'controlPlaneTokenEnv'],
    ['pollSeconds', 0, 'pollSeconds'],
    ['pollSeconds', Number.POSITIVE_INFINITY, 'pollSeconds'],
    ['settleBudgetSeconds', 0.5, 'settleBudgetSeconds'],
    ['maxAttempts', 0, 'maxAttempts'],
    ['sweepSeconds', 2 ** 40, 'sweepSeconds'],
  ],
  sweepNow: [['environment', '', 'environment']],
  getApply: ids,
  listApplies: [
    ...pages,
    ['state', 'done', 'state'],
    ['state', ['running', 'done'], 'state'],
    ['environment', 1, 'environment'],
  ],
  listBuilds: [...pages, ['component', '!', 'component']],
  getFleet: [
    ['environment', {}, 'environment'],
    ['component', '', 'component'],
  ],
  getTarget: [['slug', '../x', 'slug']],
  getOperation: ids,
  listOperations: [...pages, ['applyId', 'x', 'applyId'], ['state', 'paused', 'state']],
  watchApply: [...ids, ['afterSeq', -1, 'afterSeq'], ['afterSeq', 'x', 'afterSeq']],
  watchWorld: [
    ['afterId', '-1', 'afterId'],
    ['afterId', '9'.repeat(19), 'afterId'],
    ['afterId', 5, 'afterId'],
  ],
}

describe.each(Object.entries(verbs))('%s', (name, { verb, good }) => {
  test('refuses what it cannot understand, names the field, and changes nothing', async () => {
    const before = await snapshot(world.database)
    for (const [field, value, named] of bad[name] ?? []) {
      const error = await verb(world.ctx, { ...good(), [field]: value }).catch((error: unknown) => error)
      const given = `${field}: ${JSON.stringify(value)?.slice(0, 80)}`
      expect(error, given).toBeInstanceOf(ServiceError)
      expect(error, given).toMatchObject({ code: 'invalid', field: named, remedy: expect.stringMatching(/\w/) })
      const { message, details } = error as ServiceError
      expect(message.startsWith(`${named}: `), given).toBe(true)
      expect(message, given).not.toMatch(/Invalid input$|: $/)
      expect(details.length, given).toBeLessThanOrEqual(20)
    }
    expect(bad[name]?.length).toBeGreaterThan(0)
    expect(await snapshot(world.database)).toEqual(before)
  })

  test('refuses a field that it does not know, and says to leave it out', async () => {
    const error = await verb(world.ctx, { ...good(), dryRun: true }).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'invalid', field: 'dryRun', remedy: 'Leave dryRun out.' })
  })

  test('refuses what is no object at all', async () => {
    for (const input of ['x', 7, [], true, ...(name === 'watchWorld' ? [] : [null])]) {
      await expect(verb(world.ctx, input)).rejects.toMatchObject({ code: 'invalid', field: 'body' })
    }
  })
})

describe('whatever JSON is given, the answer is a result or a ServiceError', () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\0', '\ud800', '', ' ', '__proto__', 'constructor', "'; drop table applies; --", '9'.repeat(400)),
    fc.constantFrom(Number.NaN, -0, 2 ** 31, 2 ** 63, -1, 1e308, Number.MIN_VALUE),
    fc.constantFrom(undefined, null, [], {}, [[]], new Date(0)),
  )

  test.each(Object.entries(verbs))('%s', async (_, { verb, good }) => {
    const known = [...new Set([...Object.keys(good()), ...(bad[_] ?? []).map(([field]) => field)])]
    // a good input of which some fields are odd gets further than any random object
    const input = fc.oneof(
      { weight: 1, arbitrary: odd },
      {
        weight: 4,
        arbitrary: fc
          .dictionary(fc.constantFrom(...known, 'cursor', 'state', 'images'), odd, { maxKeys: 3 })
          .map((given) => ({ ...good(), ...given })),
      },
    )
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        try {
          await verb(world.ctx, given)
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError)
          expect((error as ServiceError).remedy).not.toBe('')
        }
      }),
      { numRuns: 40 },
    )
  })
})
