import { verifyDelivery } from '@rollcall/forge'
import { signedFixture } from '@rollcall/forge/testing'
import { storeDelivery } from '@rollcall/services'
import { inForce, type TestWorld, testWorld } from '@rollcall/services/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDeps, testOrigin, testToken } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import { bodyFields } from './input.ts'
import { matchPath, segmentsBelow } from './match.ts'
import type { Route } from './route.ts'
import { restTable } from './table.ts'

/** Always the same few thousand requests, so that a failure can be repeated; another seed is one edit away. */
const seed = 20261120
const perRoute = 120

const fuzzedHook = { name: 'forge', sender: null, secretEnvs: [], repos: null, updates: [], relays: [] }

let world: TestWorld
let applyId: string
let operationId: string
let deliveryId: string

beforeAll(async () => {
  world = await testWorld({ tenants: ['acme', 'birch'] })
  const opened = await send('POST', '/api/v1/applies', {
    body: JSON.stringify({
      environment: 'production',
      component: 'server',
      sha: world.shas[1],
      requiresApproval: true,
    }),
  })
  applyId = ((await opened.json()) as { id: string }).id
  const operations = await send('GET', `/api/v1/applies/${applyId}/operations`)
  operationId = ((await operations.json()) as { items: { id: string }[] }).items[0]?.id ?? ''
  await inForce(world, { webhooks: [fuzzedHook] })
  const delivery = signedFixture('github-status', 'secret')
  const verdict = verifyDelivery(delivery, { secrets: ['secret'] }, world.clock.now)
  if (verdict.verified) deliveryId = (await storeDelivery(world.ctx, fuzzedHook, delivery, verdict)).id
  // its change is noted a moment later
  await world.store.deliveries.flush()
})
afterAll(() => world?.drop())

function send(
  method: string,
  path: string,
  options: { body?: string | undefined; headers?: Record<string, string> } = {},
) {
  const { deps } = testDeps({ store: world.store, clock: world.clock })
  const request = new Request(`${testOrigin}${path}`, {
    method,
    headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined || method === 'GET' ? {} : { body: options.body }),
  })
  return handleRest(request, restTable, deps)
}

const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udc00x',
    '\u202eabc',
    '🚀',
    'ß'.repeat(300),
    'x'.repeat(5_000),
    '__proto__',
    'constructor',
    'null',
    '-1',
    '0',
    '1e309',
    "'; drop table applies; --",
    '%00',
    '../../etc/passwd',
    '0'.repeat(40),
    '0001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-02-30T00:00:00Z',
    'apl_zzz',
    'YXBsX3p6eg',
    'OTk5OTk5OTk5OTk5OTk5OTk5OTk5',
    'MA',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)

const nested = (depth: number, object: boolean): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = object ? { a: value } : [value]
  return value
}

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  fc.constantFrom<unknown>(null, true, false, 0, -1, -0, 0.5, 1, 1e308, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e-320),
  fc.constantFrom<unknown>([], {}, [[]], [null], { '': '' }, nested(10, true), nested(40, false), nested(3_000, true)),
  fc.array(oddText, { maxLength: 5 }),
  fc.dictionary(oddText, fc.oneof(oddText, fc.integer()), { maxKeys: 4 }),
  fc.constant(Array.from({ length: 3_000 }, (_, i) => `t-${i}`)),
)

/** Values that are right more often than not, so that many requests pass the first checks and reach the verb. */
const likely: Record<string, () => fc.Arbitrary<unknown>> = {
  environment: () => fc.constant('production'),
  component: () => fc.constant('server'),
  sha: () => fc.constantFrom<unknown>(...world.shas, 'c'.repeat(40)),
  branch: () => fc.constant('main'),
  tag: () => fc.constant('main-abc'),
  images: () => fc.constant({ 'ghcr.io/x/y': `sha256:${'0'.repeat(64)}` }),
  committedAt: () => fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00+14:00', '1970-01-01T00:00:00Z'),
  targets: () => fc.subarray(['acme', 'birch', 'nobody']),
  canary: () => fc.constantFrom('acme', 'nobody', null),
  batchSize: () => fc.integer({ min: -1, max: 1_001 }),
  soakSeconds: () => fc.integer({ min: -1, max: 86_401 }),
  onFailure: () => fc.constantFrom('halt', 'pause', 'continue', 'explode'),
  maxStragglers: () => fc.integer({ min: -1, max: 5 }),
  requiresApproval: () => fc.constant(true),
  allowDowngrade: () => fc.boolean(),
  allowUnknownOrder: () => fc.boolean(),
  idempotencyKey: () => fc.constantFrom('k1', 'k2', 'k3'),
  reason: () => fc.constant('because'),
  settleBudgetSeconds: () => fc.integer({ min: 0, max: 3_601 }),
  pollSeconds: () => fc.double({ min: 0, max: 301, noNaN: true }),
  redeployTimeoutSeconds: () => fc.integer({ min: 0, max: 3_601 }),
  maxAttempts: () => fc.integer({ min: 0, max: 21 }),
  retryBackoffSeconds: () => fc.double({ min: 0, max: 301, noNaN: true }),
  sweepSeconds: () => fc.integer({ min: 0, max: 86_401 }),
  planHash: () => fc.constant(`sha256:${'0'.repeat(64)}`),
  name: () => fc.constant('A name'),
  controlPlaneUrl: () => fc.constant('http://127.0.0.1:9/x'),
  controlPlaneTokenEnv: () => fc.constant('ROLLCALL_CP_TOKEN_TEST'),
  tenantUrlTemplate: () => fc.constant('http://127.0.0.1:9/t/{slug}'),
  limit: () => fc.integer({ min: -1, max: 201 }),
  state: () => fc.constantFrom('running', 'pending,failed', 'young'),
  context: () => fc.constantFrom('build', 'e2e'),
  status: () => fc.constantFrom('success', 'failure', 'odd'),
  endpoint: () => fc.constant('forge'),
  verdict: () => fc.constantFrom('accepted', 'ignored', 'odd'),
}

const fieldValue = (field: string) => {
  const usual = Object.hasOwn(likely, field) ? likely[field]?.() : undefined
  return usual ? fc.oneof({ weight: 14, arbitrary: usual }, { weight: 1, arbitrary: oddValue }) : oddValue
}

function bodyOf(route: Route): fc.Arbitrary<string | undefined> {
  const fields = Object.fromEntries(bodyFields(route).map((field) => [field, fieldValue(field)]))
  const object = fc.record(fields, { requiredKeys: Object.keys(fields).slice(0, 4) })
  const stranger = fc.tuple(object, oddText, oddValue).map(([body, key, value]) => ({ ...body, [key]: value }))
  const polluted = object.map((body) => JSON.stringify(body).replace(/\}$/, ',"__proto__":{"admin":true}}'))
  const cut = object.map((body) => JSON.stringify(body).slice(0, -1))
  return fc.oneof(
    { weight: 6, arbitrary: object.map((body) => JSON.stringify(body)) },
    { weight: 2, arbitrary: stranger.map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: oddValue.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.oneof(oddText, polluted, cut, fc.constantFrom('[1e999]', '{"limit":1e999}', '\ufeff{}')),
    },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '') },
  )
}

const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function queryOf(route: Route): fc.Arbitrary<string> {
  const names = Object.keys(route.query ?? {})
  const name = names.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, oddText) : oddText
  const pair = name.chain((key) => fc.tuple(fc.constant(key), fieldValue(key).map(asText)))
  const encoded = (text: string) => encodeURIComponent(text.toWellFormed())
  const known = fc
    .array(pair, { maxLength: 4 })
    .map((pairs) => pairs.map(([k, v]) => `${encoded(k)}=${encoded(v)}`).join('&'))
  return fc.oneof(
    { weight: names.length > 0 ? 2 : 8, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: known },
    {
      weight: 1,
      arbitrary: fc.constantFrom('limit=%zz', '&&&', '%', '=', 'limit', 'cursor=%ff', '__proto__=1', 'a[b]=c'),
    },
  )
}

function pathOf(route: Route): fc.Arbitrary<string> {
  const parts = route.path.split('/').slice(1)
  const known = {
    applies: [applyId],
    operations: [operationId],
    environments: ['production', 'new'],
    components: ['server', 'new'],
    webhooks: [deliveryId],
  }
  const right = () => fc.constantFrom(...(known[parts[0] as keyof typeof known] ?? ['x']))
  const odd = oddText.map((text) => encodeURIComponent(text.toWellFormed()) || '%20')
  const segments = parts.map((part) =>
    part.startsWith(':')
      ? fc.oneof({ weight: 3, arbitrary: right() }, { weight: 1, arbitrary: odd })
      : fc.constant(part),
  )
  return fc.tuple(...segments).map((all) => `/api/v1/${all.join('/')}`)
}

const headersOf = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'content-type': 'text/plain' },
      { 'content-type': '' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'idempotency-key': 'k1' },
      { 'idempotency-key': 'ÿ'.repeat(300) },
      { 'x-request-id': 'x'.repeat(500) },
      { 'content-length': '99999999999' },
      { 'content-length': 'many' },
    ),
  },
)

const facts = async () =>
  JSON.stringify(
    await world.database.query(
      `select (select count(*) from audit) audits, (select count(*) from applies) applies, (select count(*) from builds) builds,
              (select count(*) from changes) changes, (select count(*) from environments) environments`,
    ),
  )

it.each(restTable.map((route) => [`${route.method} ${route.path}`, route] as const))(
  'answers every odd request to %s in words, and a refused one changes nothing',
  async (_name, route) => {
    const request = fc.record({ path: pathOf(route), query: queryOf(route), body: bodyOf(route), headers: headersOf })
    let before = await facts()
    await fc.assert(
      fc.asyncProperty(request, async ({ path, query, body, headers }) => {
        const response = await send(route.method, query === '' ? path : `${path}?${query}`, { body, headers })
        const answer = JSON.parse(await response.text())
        expect(response.status, JSON.stringify(answer)).toBeLessThan(500)
        const after = await facts()
        if (response.status >= 400) {
          expect(response.headers.get('content-type')).toBe('application/problem+json')
          expect(answer).toMatchObject({
            status: response.status,
            detail: expect.any(String),
            requestId: expect.any(String),
          })
          if (response.status !== 404) expect(answer.remedy, answer.detail).toEqual(expect.any(String))
          expect(after).toBe(before)
        }
        before = after
      }),
      { seed, numRuns: perRoute, endOnFailure: true },
    )
  },
  120_000,
)

it('refuses any method that a path does not know, and any token but the right one', async () => {
  for (const route of restTable) {
    const path = `/api/v1${route.path.replace(/:\w+/g, applyId)}`
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await send(method, path, { headers: { authorization: `Bearer ${testToken.slice(1)}` } })
      expect(status).toBe(401)
      if (matchPath(restTable, segmentsBelow('/api/v1', path) ?? []).some((one) => one.route.method === method))
        continue
      const refused = await send(method, path)
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, expect.stringContaining(route.method)])
    }
  }
})
