import { ServiceError } from '@rollcall/services'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { may } from '../server/access.ts'
import { machineRequest, testDeps, testOrigin } from '../server/testing/deps.ts'
import { handleRest } from './dispatch.ts'
import type { Route } from './route.ts'

const id = z.string().regex(/^thg_\w+$/, 'must be an id such as thg_1')
const sees = new Map<string, unknown>()

/** A small API of things, with one verb for every way in which a service can answer. */
const table: Route[] = [
  {
    method: 'POST',
    path: '/things',
    access: may('build.publish', 'everywhere'),
    summary: 'Make a thing',
    input: z.strictObject({
      name: z.string({ error: 'must be text' }).min(1, 'must not be empty'),
      batchSize: z
        .number({ error: 'must be a number' })
        .int('must be a whole number')
        .max(10, 'must be at most 10')
        .optional(),
      parts: z.record(z.string(), z.string()).optional(),
      idempotencyKey: z.string().optional(),
    }),
    header: { name: 'Idempotency-Key', field: 'idempotencyKey' },
    answers: { 201: 'made' },
    async handle(_context, input) {
      sees.set('made', input)
      if (input.name === 'unknown')
        throw new ServiceError('not_found', 'There is no name "unknown".', { field: 'name' })
      if (input.name === 'reused') throw new ServiceError('conflict', 'Used before.', { field: 'idempotencyKey' })
      if (input.name === 'taken')
        throw new ServiceError('conflict', 'It is taken.', { field: 'name', remedy: 'Take another.' })
      if (input.name === 'broken') throw new Error('password=hunter2 at /home/secret/file.ts')
      if (input.name === 'cut off') throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
      return { status: 201, body: { id: 'thg_1', name: input.name } }
    },
  },
  {
    method: 'GET',
    path: '/things',
    access: may('read', 'anywhere'),
    summary: 'List things',
    input: z.strictObject({
      state: z.array(z.enum(['new', 'old'], { error: 'must be new or old' })).optional(),
      limit: z
        .number({ error: 'must be a number' })
        .int()
        .min(1, 'must be at least 1')
        .max(200, 'must be at most 200')
        .optional(),
      cursor: z.string().optional(),
    }),
    query: { state: 'list', limit: 'number', cursor: 'text' },
    answers: { 200: 'things' },
    async handle(_context, input) {
      if (input.cursor === 'stale')
        throw new ServiceError('invalid', 'This cursor is not one of ours.', { field: 'cursor' })
      return { status: 200, body: { items: [input], nextCursor: null } }
    },
  },
  {
    method: 'POST',
    path: '/things/:id/stop',
    access: may('build.publish', 'everywhere'),
    summary: 'Stop a thing',
    input: z.strictObject({ thingId: id, reason: z.string({ error: 'must be text' }).optional() }),
    rename: { id: 'thingId' },
    noun: 'thing',
    answers: { 200: 'stopped' },
    async handle({ actor }, input) {
      if (input.thingId === 'thg_done') {
        throw new ServiceError('refused', 'It has ended.', { field: 'thingId', remedy: 'Start another one.' })
      }
      return { status: 200, body: { ...input, by: actor } }
    },
  },
]

const { deps } = testDeps()
const ask = async (request: Request) => {
  const response = await handleRest(request, table, deps)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text), text }
}
const make = (body: unknown, headers?: Record<string, string>) =>
  ask(machineRequest('POST', '/api/v1/things', body, headers))
const list = (query: string) => ask(machineRequest('GET', `/api/v1/things${query}`))

describe('the door', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer not-the-right-token' }],
    ['another scheme', { authorization: 'Basic b3BlcmF0b3I6eA==' }],
    ['only a cookie', { cookie: 'rollcall_session=x.y' }],
  ])('answers 401 to %s, on known and unknown paths alike', async (_what, headers: Record<string, string>) => {
    for (const path of ['/api/v1/things', '/api/v1/nothing', '/api/v1', '/api/other']) {
      const { status, headers: answered, body } = await ask(new Request(`${testOrigin}${path}`, { headers }))
      expect(status).toBe(401)
      expect(answered.get('www-authenticate')).toMatch(/^Bearer/)
      expect(answered.get('content-type')).toBe('application/problem+json')
      expect(body).toMatchObject({
        status: 401,
        code: 'unauthorized',
        field: 'Authorization',
        remedy: expect.any(String),
      })
    }
  })

  it.each([
    '/api/v1',
    '/api/v1/',
    '/api/v1/nothing',
    '/api/v1/things/x/y/z',
    '/api/v1/things/%E0%A4%A',
    '/api/v1//things',
  ])('answers 404 at %s', async (path) => {
    const { status, body } = await ask(machineRequest('GET', path))
    expect([status, body.code]).toEqual([404, 'not_found'])
  })

  it('answers 405 with Allow to a method the path does not know, and 204 to OPTIONS', async () => {
    const refused = await ask(machineRequest('DELETE', '/api/v1/things'))
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD, OPTIONS'])
    expect((await ask(machineRequest('GET', '/api/v1/things/thg_1/stop'))).headers.get('allow')).toBe('POST, OPTIONS')
    const options = await ask(machineRequest('OPTIONS', '/api/v1/things'))
    expect([options.status, options.headers.get('allow'), options.text]).toEqual([204, 'POST, GET, HEAD, OPTIONS', ''])
  })

  it('answers HEAD as GET without a body', async () => {
    const head = await ask(machineRequest('HEAD', '/api/v1/things'))
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([200, '', 'application/json'])
    const refused = await ask(machineRequest('HEAD', '/api/v1/things?limit=0'))
    expect([refused.status, refused.text]).toEqual([400, ''])
  })

  it('repeats a request id that is safe to repeat, and makes one otherwise', async () => {
    const given = await ask(machineRequest('GET', '/api/v1/things', undefined, { 'x-request-id': 'deploy-42' }))
    expect(given.headers.get('x-request-id')).toBe('deploy-42')
    const odd = await ask(machineRequest('GET', '/api/v1/nothing', undefined, { 'x-request-id': 'a b' }))
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(odd.body.requestId).toBe(odd.headers.get('x-request-id'))
  })

  it('tells the verb who acts, by which door and under which request', async () => {
    const { body } = await ask(
      machineRequest('POST', '/api/v1/things/thg_1/stop', undefined, { 'x-request-id': 'r-1' }),
    )
    expect(body).toEqual({
      thingId: 'thg_1',
      by: { id: null, credential: 'operator token', name: 'operator', via: 'api', requestId: 'r-1' },
    })
  })
})

describe('bodies', () => {
  it('takes a good one', async () => {
    expect(await make({ name: 'x', batchSize: 3 })).toMatchObject({ status: 201, body: { id: 'thg_1', name: 'x' } })
  })

  it.each([
    ['no JSON', '{"name":', 400, null],
    ['a list', '[]', 400, null],
    ['text', '"x"', 400, null],
    ['null', 'null', 400, null],
    ['nothing where something is needed', '', 400, 'name'],
    ['a missing field', { batchSize: 1 }, 400, 'name'],
    ['a field of the wrong type', { name: 7 }, 400, 'name'],
    ['a number as text', { name: 'x', batchSize: '3' }, 400, 'batchSize'],
    ['an impossible value', { name: 'x', batchSize: 11 }, 422, 'batchSize'],
    ['an empty name', { name: '' }, 422, 'name'],
    ['an unknown field', { name: 'x', colour: 'red' }, 400, 'colour'],
    ['a wrong type deep inside', { name: 'x', parts: { a: 1 } }, 400, 'parts.a'],
    ['NUL', { name: 'a\u0000b' }, 400, 'name'],
    ['__proto__', '{"name":"x","__proto__":{"a":1}}', 400, '__proto__'],
    ['a name that is nowhere', { name: 'unknown' }, 422, 'name'],
    ['a key used for something else', { name: 'reused' }, 422, 'idempotencyKey'],
    ['a conflict', { name: 'taken' }, 409, 'name'],
  ])('refuses %s, naming the field and a remedy', async (_what, body, status, field) => {
    const answer = await make(body)
    expect([answer.status, answer.body.field]).toEqual([status, field])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.any(String),
    })
  })

  it('names the field that was probably meant', async () => {
    const { body } = await make({ name: 'x', batch_size: 3 })
    expect(body).toMatchObject({ status: 400, field: 'batch_size', remedy: 'Did you mean batchSize?' })
  })

  it('lists every finding at once', async () => {
    const { status, body } = await make({ name: '', batchSize: 'x', colour: 1 })
    expect(status).toBe(400)
    expect(body.errors.map((error: { field: string }) => error.field)).toEqual(['colour', 'name', 'batchSize'])
    for (const error of body.errors)
      expect(error).toEqual({ field: expect.any(String), message: expect.any(String), remedy: expect.any(String) })
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('answers 415 to the content type %j', async (type) => {
    const { status, body } = await make('{"name":"x"}', { 'content-type': type })
    expect([status, body.field]).toEqual([415, 'Content-Type'])
  })

  it('takes JSON with a charset', async () => {
    expect((await make({ name: 'x' }, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201)
  })

  it('answers 413 over 1 MiB', async () => {
    expect((await make({ name: 'x'.repeat(1024 * 1024) })).status).toBe(413)
  })

  it('lets a verb without required fields go without a body, whatever content type is stated', async () => {
    for (const headers of [{}, { 'content-type': 'text/plain' }] as Record<string, string>[]) {
      const { status } = await ask(machineRequest('POST', '/api/v1/things/thg_1/stop', '', headers))
      expect(status).toBe(200)
    }
  })

  it('takes the idempotency key from the header, and refuses two that differ', async () => {
    await make({ name: 'x' }, { 'idempotency-key': 'k1' })
    expect(sees.get('made')).toEqual({ name: 'x', idempotencyKey: 'k1' })
    expect((await make({ name: 'x', idempotencyKey: 'k1' }, { 'idempotency-key': 'k1' })).status).toBe(201)
    const { status, body } = await make({ name: 'x', idempotencyKey: 'k2' }, { 'idempotency-key': 'k1' })
    expect([status, body.field]).toEqual([422, 'idempotencyKey'])
  })
})

describe('query parameters', () => {
  it('turns text into what the verb takes', async () => {
    expect((await list('?state=new,old&limit=20&cursor=c')).body.items).toEqual([
      { state: ['new', 'old'], limit: 20, cursor: 'c' },
    ])
    expect((await list('?state=new&state=old')).body.items).toEqual([{ state: ['new', 'old'] }])
  })

  it('treats an empty parameter as one that was left out', async () => {
    expect((await list('?state=&cursor=&limit=')).body.items).toEqual([{}])
  })

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=1e2', 'limit'],
    ['?limit=99999999999999999999', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?cursor=stale', 'cursor'],
    ['?state=young', 'state'],
    ['?colour=red', 'colour'],
    ['?__proto__=1', '__proto__'],
    ['?cursor=%00', 'query.0'],
  ])('answers 400 to %s and names it', async (query, field) => {
    const { status, body } = await list(query)
    expect([status, body.field]).toEqual([400, field])
  })

  it('are refused where none is known, also beside a body', async () => {
    const { status, body } = await ask(machineRequest('POST', '/api/v1/things?force=true', { name: 'x' }))
    expect([status, body.field]).toEqual([400, 'force'])
  })
})

describe('what services say', () => {
  it.each(['x', 'thg_', '%00', 'thg_%F0', '..%2f..%2fetc'])(
    'answers 404 when the path names nothing possible: %s',
    async (given) => {
      const { status, body } = await ask(machineRequest('POST', `/api/v1/things/${given}/stop`))
      expect([status, body.code]).toEqual([404, 'not_found'])
    },
  )

  it('passes on why something is refused and what would make it possible, under the name the caller used', async () => {
    const { status, body } = await ask(machineRequest('POST', '/api/v1/things/thg_done/stop', {}))
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'refused', detail: 'It has ended.', remedy: 'Start another one.', field: 'id' })
  })

  it('never shows the inside of a failure: that is in the log, under the id that the caller was told', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { status, text, body } = await make({ name: 'broken' })
    expect(status).toBe(500)
    expect(text).not.toMatch(/hunter2|secret|\.ts/)
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(body.requestId))
  })

  it('answers 503 with Retry-After while the database is out of reach', async () => {
    const { status, headers } = await make({ name: 'cut off' })
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
  })
})
