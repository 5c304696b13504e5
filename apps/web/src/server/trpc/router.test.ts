import { flushRefusals } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import type { Store } from '@rollcall/store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDeps, testOrigin, testToken } from '../testing/deps.ts'
import { signedInAsOperator } from '../testing/people.ts'
import { handleTrpc } from './handler.ts'
import { appRouter } from './router.ts'

let world: TestWorld
let applyId: string
let session: string

beforeAll(async () => {
  world = await testWorld({ tenants: ['acme', 'birch'] })
  session = await signedInAsOperator(deps())
  const plan = { environment: 'production', component: 'server', sha: world.shas[1], requiresApproval: true }
  const opened = await change('applies.open', plan, { ...sameOrigin(), 'x-request-id': 'open-1' })
  applyId = opened.body.result.data.apply.id
})
afterAll(() => world?.drop())

const deps = (store: Store = world.store) => testDeps({ store, clock: world.clock }).deps
const sameOrigin = () => ({ cookie: session, origin: testOrigin })

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they travel, without our types
type Answer = { status: number; body: any; headers: Headers }

async function send(request: Request): Promise<Answer> {
  const response = await handleTrpc(request, deps())
  return { status: response.status, body: await response.json(), headers: response.headers }
}

const look = (path: string, input?: unknown, headers: Record<string, string> = sameOrigin()) =>
  send(
    new Request(
      `${testOrigin}/api/trpc/${path}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`,
      { headers },
    ),
  )

const change = (path: string, input: unknown, headers: Record<string, string> = sameOrigin()) =>
  send(
    new Request(`${testOrigin}/api/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    }),
  )

describe('permissions', () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: string; meta?: object } }>,
  )

  it('are checked by every procedure: none answers to nobody', async () => {
    for (const [name, { _def }] of procedures) {
      const answer =
        _def.type === 'mutation' ? await change(name, {}, { origin: testOrigin }) : await look(name, {}, {})
      expect([name, answer.status]).toEqual([name, 401])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="rollcall"')
      expect(answer.body.error.data).toMatchObject({ code: 'UNAUTHORIZED', rollcall: { code: 'unauthorized' } })
    }
  })
})

describe('who may ask', () => {
  it('is whoever has the session or the token', async () => {
    expect((await look('overview.get')).status).toBe(200)
    expect((await look('overview.get', undefined, { authorization: `Bearer ${testToken}` })).status).toBe(200)
    expect((await look('overview.get', undefined, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await look('overview.get', undefined, { cookie: `${session}x` })).status).toBe(401)
  })

  it.each([
    ['no origin at all', {}],
    ['another origin', { origin: 'http://evil.test' }],
    ['a tenant on another port of this host', { origin: 'http://rollcall.test:4100' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site', origin: testOrigin }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('is not a page of %s that changes something with the cookie', async (_what, headers) => {
    const answer = await change('applies.reject', { id: applyId, reason: 'forged' }, { cookie: session, ...headers })
    expect([answer.status, answer.body.error.data.rollcall.code]).toEqual([403, 'forbidden'])
    expect((await look('applies.get', { id: applyId })).body.result.data.state).toBe('awaiting_approval')
    await flushRefusals(world.store)
    expect(await world.store.db.auditEntry.findFirst({ orderBy: { id: 'desc' } })).toMatchObject({
      ...{ actor: 'operator', action: 'apply.approve', outcome: 'refused', subjectType: 'apply', subjectId: applyId },
      detail: { entry: 'applies.reject', rule: 'other_site' },
    })
  })

  it('is a program with the token, which no page can send', async () => {
    const input = { id: applyId, planHash: 'sha256:other' }
    const answer = await change('applies.approve', input, {
      authorization: `Bearer ${testToken}`,
      origin: 'http://ci.test',
    })
    expect(answer.status).toBe(409)
  })
})

describe('answers', () => {
  it('carry the request id and are never kept', async () => {
    const { headers } = await look('live.status', undefined, { ...sameOrigin(), 'x-request-id': 'r-7' })
    expect(headers.get('x-request-id')).toBe('r-7')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('tell the audit who acted and under which request', async () => {
    const rows = await world.database.query<{ actor: string; via: string }>(
      `select actor, via from audit where request_id = 'open-1'`,
    )
    expect(rows).toEqual([{ actor: 'operator', via: 'ui' }])
  })

  it('come in a batch, each with its own outcome', async () => {
    const input = encodeURIComponent(JSON.stringify({ 0: { id: applyId }, 1: { id: 'apl_0' } }))
    const { status, body } = await send(
      new Request(`${testOrigin}/api/trpc/applies.get,applies.get?batch=1&input=${input}`, { headers: sameOrigin() }),
    )
    expect(status).toBe(207)
    expect(body[0].result.data.id).toBe(applyId)
    expect(body[1].error.data.rollcall).toMatchObject({ code: 'not_found', field: 'id' })
  })

  it('take what an infinite query of the browser sends', async () => {
    const { body } = await look('applies.list', { limit: 1, cursor: null, direction: 'forward' })
    expect(body.result.data.items).toHaveLength(1)
  })
})

describe('refusals', () => {
  it('say what, about which field, and what would help', async () => {
    const { status, body } = await change('applies.retry', { id: applyId })
    const { retry } = (await look('applies.get', { id: applyId })).body.result.data.actions
    expect(status).toBe(409)
    expect(body.error.message).toBe(retry.why)
    expect(body.error.data.rollcall).toEqual({ code: 'refused', field: 'id', remedy: retry.unblock, details: [] })
  })

  it.each([
    ['applies.get', { id: 7 }, 'id'],
    ['applies.get', {}, 'id'],
    ['applies.get', { id: 'a\u0000' }, 'id'],
    ['applies.get', { id: 'apl_0', colour: 'red' }, 'colour'],
    ['applies.list', { limit: 1_000 }, 'limit'],
    ['applies.list', { cursor: 'nonsense' }, 'cursor'],
    ['targets.get', { environment: 'production' }, 'slug'],
  ])('name the field of bad input to %s: %j', async (path, input, field) => {
    const { status, body } = await look(path, input)
    expect([status, body.error.data.rollcall.field]).toEqual([400, field])
    expect(body.error.data.rollcall.code).toMatch(/^(invalid|malformed)$/)
  })

  it.each([
    ['no JSON', '?input=%7B', 400],
    ['an unknown procedure', null, 404],
  ])('answer %s without a look inside', async (_what, query, status) => {
    const path = query === null ? 'applies.nothing' : `applies.get${query}`
    const answer = await send(new Request(`${testOrigin}/api/trpc/${path}`, { headers: sameOrigin() }))
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).not.toMatch(/stack|\.ts|SyntaxError/)
  })

  it('stop a body over 1 MiB, a form, and more than twenty calls at once', async () => {
    expect((await change('applies.open', { sha: 'x'.repeat(1024 * 1024) })).status).toBe(413)
    const form = await change(
      'applies.open',
      {},
      { ...sameOrigin(), 'content-type': 'multipart/form-data; boundary=x' },
    )
    expect(form.status).toBe(415)
    const many = new Array(21).fill('live.status').join(',')
    const batch = await send(new Request(`${testOrigin}/api/trpc/${many}?batch=1&input={}`, { headers: sameOrigin() }))
    expect(batch.status).toBe(400)
  })

  it('let a preview of thousands of tenants come as a POST, which no address could hold', async () => {
    const targets = Array.from({ length: 5_000 }, (_, n) => `nobody-${n}`)
    const plan = { environment: 'production', component: 'server', sha: world.shas[1], targets }
    const { status, body } = await change('applies.preview', plan)
    expect(status).toBe(200)
    expect(body.result.data.refusals[0]).toMatchObject({ code: 'selection_unknown', field: 'targets' })
  })

  it('do not let a change come as a GET', async () => {
    expect((await look('applies.stop', { id: applyId })).status).toBe(405)
  })
})

describe('subscriptions', () => {
  /** The store with a meter: how many listeners wait for hints at present. */
  function metered() {
    let listeners = 0
    const { hints } = world.store
    const subscribe: typeof hints.subscribe = (topic, listener) => {
      const end = hints.subscribe(topic, listener)
      listeners++
      return () => {
        listeners--
        end()
      }
    }
    const store: Store = Object.create(world.store, { hints: { value: { ...hints, subscribe } } })
    return { store, listeners: () => listeners }
  }

  function follow(path: string, input: unknown, store: Store, headers: Record<string, string> = sameOrigin()) {
    const leave = new AbortController()
    const request = new Request(`${testOrigin}/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: leave.signal,
    })
    return { leave, response: handleTrpc(request, deps(store)) }
  }

  /** Reads until `wanted` has come by; the text so far. */
  async function readUntil(response: Response, wanted: RegExp) {
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(decoder).getReader()
    let text = ''
    while (!wanted.test(text)) {
      const { done, value } = await reader.read()
      if (done) break
      text += value
    }
    return { text, reader }
  }

  const until = async (what: () => boolean) => {
    await expect.poll(what, { timeout: 10_000, interval: 20 }).toBe(true)
  }

  it('tell that an apply changed, under the number of the change, and go on from a number', async () => {
    const { body } = await look('applies.get', { id: applyId })
    const seq = body.result.data.changeSeq as number
    const { store, listeners } = metered()
    const { leave, response } = follow('applies.watch', { id: applyId, lastEventId: String(seq - 1) }, store)
    const answer = await response
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    expect(answer.headers.get('x-request-id')).toEqual(expect.any(String))
    const { text } = await readUntil(answer, /\nid: /)
    expect(text).toContain(`id: ${seq}`)
    expect(text).toMatch(/data: \{"seq":\d+,"kind":"[\w.]+"/)
    leave.abort()
    await until(() => listeners() === 0)
  })

  it('tell that something changed anywhere', async () => {
    const { store, listeners } = metered()
    const { leave, response } = follow('live.watch', {}, store)
    const answer = await response
    const reading = readUntil(answer, /\nid: /)
    await until(() => listeners() === 1)
    await change('fleet.sweep', { environment: 'production' })
    await change('applies.approve', { id: applyId })
    expect((await reading).text).toMatch(/data: \{"id":"\d+","kinds":\[/)
    leave.abort()
    await until(() => listeners() === 0)
  })

  it('leave no listener behind, whether the client aborts, stops reading or never started', async () => {
    const { store, listeners } = metered()
    const streams = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const { leave, response } = follow(i % 2 ? 'live.watch' : 'applies.watch', i % 2 ? {} : { id: applyId }, store)
        return { leave, answer: await response, kind: i % 3 }
      }),
    )
    const readers = await Promise.all(
      streams.map(async ({ answer, kind }) => (kind === 2 ? null : await readUntil(answer, /connected/))),
    )
    for (const [i, { leave, answer, kind }] of streams.entries()) {
      if (kind === 0) leave.abort()
      if (kind === 1) void readers[i]?.reader.cancel()
      if (kind === 2) void answer.body?.cancel()
    }
    await until(() => listeners() === 0)
  })

  it('are not given to whoever is not signed in, and say so when there is no such apply', async () => {
    const { store, listeners } = metered()
    const { response } = follow('live.watch', {}, store, {})
    expect((await response).status).toBe(401)
    const { response: unknown } = follow('applies.watch', { id: 'apl_0' }, store)
    const { text } = await readUntil(await unknown, /serialized-error\ndata: .*\n/)
    expect(text).toMatch(/"code":"NOT_FOUND".*"rollcall":\{"code":"not_found"/)
    expect(text).not.toMatch(/\.ts:/)
    expect(listeners()).toBe(0)
  })
})
