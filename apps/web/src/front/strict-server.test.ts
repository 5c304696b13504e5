import { randomInt } from 'node:crypto'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HookReceiver } from '../hooks/receiver.ts'
import { openTo } from '../server/access.ts'
import { readBody } from '../server/body.ts'
import { fixedHeaders } from '../server/headers.ts'
import { jsonResponse, problemResponse } from '../server/problem.ts'
import { requestIdOf } from '../server/request-id.ts'
import { testDeps } from '../server/testing/deps.ts'
import type { FrontEntry } from './entries.ts'
import { openFront } from './front.ts'
import { strictServer } from './strict-server.ts'

const access = openTo('a test')
const handled: string[] = []

const entries: readonly FrontEntry[] = [
  {
    path: '/echo',
    below: true,
    access,
    async handle(request) {
      const { pathname } = new URL(request.url)
      handled.push(`${request.method} ${pathname}`)
      const requestId = requestIdOf(request.headers)
      try {
        return jsonResponse({ body: await readBody(request) }, 200, requestId)
      } catch (error) {
        return problemResponse(error, requestId, 'echo')
      }
    },
  },
  { path: '/other', below: true, access, handle: () => jsonResponse({ other: true }, 200, 'r') },
]

const { deps } = testDeps({ baseUrl: 'https://rollcall.test' })
let server: Server
let port: number

beforeAll(async () => {
  const receiver: HookReceiver = {
    answer: async () => ({ status: 202, headers: {}, body: '{}' }),
    flush: async () => {},
  }
  const front = openFront({ deps, receiver, entries }, async (request, response) => {
    handled.push(`page ${request.method} ${request.url} of ${request.headers.host}`)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(JSON.stringify(request.headers))
  })
  const patience = { headersMs: 300, requestMs: 600, idleMs: 300, checkMs: 50, connections: 5 }
  server = strictServer(front.listener, () => fixedHeaders(deps.env()), patience)
  port = await new Promise<number>((resolve) => {
    const listen = () => {
      const wanted = randomInt(10_000, 32_000)
      server.once('error', listen)
      server.listen(wanted, '127.0.0.1', () => resolve(wanted))
    }
    listen()
  })
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function open(): Promise<{ socket: Socket; said: () => string; over: Promise<string> }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let said = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text
    })
    socket.on('end', () => socket.end())
    const over = new Promise<string>((end) => socket.once('close', () => end(said)))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => {})
      resolve({ socket, said: () => said, over })
    })
  })
}

/** Everything that is answered to these bytes, until the server ends the connection or has nothing left to answer. */
async function answerTo(bytes: string): Promise<string> {
  const { socket, over } = await open()
  socket.end(Buffer.from(bytes, 'latin1'))
  return over
}

const statuses = (said: string) => [...said.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`

describe('what is no request', () => {
  it.each([
    [400, 'no HTTP at all', '\u0016\u0003\u0001\u0002\u0000'],
    [400, 'a header with a NUL', get('/other', 'x-a: a\u0000b\r\n')],
    [400, 'a header that is folded', get('/other', 'x-a: a\r\n b\r\n')],
    [400, 'a blank before the colon', get('/other', 'x-a : b\r\n')],
    [400, 'a line that ends without its first half', get('/other').replaceAll('\r\n', '\n')],
    [400, 'no host', 'GET /other HTTP/1.1\r\n\r\n'],
    [431, 'a head of more than 16 KiB', get('/other', `x-a: ${'x'.repeat(17_000)}\r\n`)],
    [405, 'CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n'],
    [405, 'TRACE', 'TRACE /other HTTP/1.1\r\nhost: a\r\n\r\n'],
    [400, 'a method nobody knows', 'BREW /other HTTP/1.1\r\nhost: a\r\n\r\n'],
    [400, 'the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('is refused with %d and all headers: %s', async (status, _what, bytes) => {
    const said = await answerTo(bytes)
    expect(statuses(said)).toEqual([status])
    const head = said.toLowerCase()
    for (const line of [
      'x-request-id: ',
      'x-content-type-options: nosniff',
      'x-frame-options: deny',
      "content-security-policy: default-src 'none'",
      'strict-transport-security: max-age=',
      'content-type: application/problem+json',
    ]) {
      expect(head, line).toContain(line)
    }
  })
})

describe('where a request ends', () => {
  const smuggled = 'GET /other HTTP/1.1\r\nhost: a\r\n\r\n'
  it.each([
    ['a length and chunks', `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two lengths', `content-length: 0\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ['a length with a sign', `content-length: +0\r\n\r\n${smuggled}`],
    ['an encoding that is not the last', `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['an encoding that only looks like one', `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['an encoding behind a control character', `transfer-encoding: \u000bchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a chunk whose size has a sign', `transfer-encoding: chunked\r\n\r\n-1\r\n\r\n${smuggled}`],
    ['a chunk that is longer than it says', `transfer-encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n${smuggled}`],
    ['chunks whose lines end early', `transfer-encoding: chunked\n\n0\n\n${smuggled}`],
  ])('is never said twice: %s', async (_what, rest) => {
    const said = await answerTo(`POST /echo HTTP/1.1\r\nhost: a\r\n${rest}`)
    expect(said).not.toContain('"other"')
    expect(statuses(said).every((status) => status === 400)).toBe(true)
  })

  it('is not asked of HTTP/1.0 twice either', async () => {
    const said = await answerTo(`POST /echo HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`)
    expect(said).not.toContain('"other"')
  })

  it('upgrades to nothing', async () => {
    const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==\r\n'
    expect(statuses(await answerTo(get('/other', upgrade)))).toEqual([200])
    expect(statuses(await answerTo(get('/a/page', upgrade)))).toEqual([200])
  })
})

describe('a path', () => {
  it.each([
    '/other/../echo',
    '/other/./x',
    '/other/%2e%2e/echo',
    '/other/%2E%2E%2Fecho',
    '/other//echo',
    '//other',
    '/other/%2fecho',
    '/other%5c..%5cecho',
    '/other\\..\\echo',
    '/other/%00',
    '/other/%0d%0a',
    '/other/%ff',
    'http://rollcall.test/other',
    '*',
  ])('counts only as it is written: %s', async (path) => {
    const before = handled.length
    expect(statuses(await answerTo(get(path)))).toEqual([400])
    expect(handled.length).toBe(before)
  })

  it('with a semicolon is that path and no other', async () => {
    await answerTo(get('/echo/..;/other'))
    expect(handled.at(-1)).toBe('GET /echo/..;/other')
  })
})

describe('a page', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'is not asked by %s, so there is nothing to act on it',
    async (method) => {
      const before = handled.length
      const body = '["$K1"]'
      const said = await answerTo(
        `${method} /applies HTTP/1.1\r\nhost: a\r\nnext-action: ${'0'.repeat(42)}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      expect(statuses(said)).toEqual([405])
      expect(handled.length).toBe(before)
    },
  )

  it('is not told the host that the sender names, nor what only Next says to itself', async () => {
    const lies = [
      ...[
        'x-forwarded-host: evil.test',
        'forwarded: host=evil.test',
        'x-middleware-subrequest: proxy',
        'x-nonce: mine',
        'x-rollcall-origin: http://evil.test',
      ],
      ...['next-action: x', 'x-rollcall-peer: 10.0.0.1', 'x-nextjs-data: 1', 'next-router-state-tree: {'],
    ]
    const said = await answerTo(`GET /applies HTTP/1.1\r\nhost: evil.test\r\n${lies.join('\r\n')}\r\n\r\n`)
    expect(handled.at(-1)).toBe('page GET /applies of rollcall.test')
    expect(JSON.parse(said.slice(said.indexOf('{"')).replace(/\r\n0\r\n\r\n$/, ''))).toEqual({
      host: 'rollcall.test',
      'x-rollcall-origin': 'https://rollcall.test',
      'x-request-id': expect.any(String),
    })
  })
})

describe('the state of the router in a request for a page', () => {
  const told = async (tree: unknown) => {
    const header = encodeURIComponent(JSON.stringify(tree))
    const said = await answerTo(`GET /applies HTTP/1.1\r\nhost: a\r\nnext-router-state-tree: ${header}\r\n\r\n`)
    return said.includes('next-router-state-tree')
  }

  it('goes on as the browser sends it', async () => {
    const page = ['__PAGE__', {}, null, null]
    expect(await told(['', { children: ['(room)', { children: ['applies', { children: page }] }] }])).toBe(true)
    expect(await told(['', { children: [['id', 'apl_1', 'd', null], { children: page }] }, null, 'refetch'])).toBe(true)
  })

  it.each([[['']], [[]], [null], [{}], [['', { children: [''] }]], [['', [], 1]], ['x']])(
    'is left out where Next would fail on it: %j',
    async (tree) => {
      expect(await told(tree)).toBe(false)
    },
  )
})

describe('a connection', () => {
  it('that sends its head letter by letter is ended in time', async () => {
    const { socket, over } = await open()
    const drip = setInterval(() => socket.write('x'), 20)
    socket.write('GET /other HTTP/1.1\r\nhost: ')
    const said = await over
    clearInterval(drip)
    expect(statuses(said)).toEqual([408])
  })

  it('that says nothing is ended in time', async () => {
    const { over } = await open()
    await over
  })

  it('that sends its body letter by letter is ended in time, and nobody waits for the rest', async () => {
    const { socket, over } = await open()
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 20)
    const said = await over
    clearInterval(drip)
    expect(statuses(said).every((status) => status === 408 || status === 400)).toBe(true)
  })

  it('beyond the cap is closed, and there is room again when another one has gone', async () => {
    const held = await Promise.all(Array.from({ length: 5 }, open))
    const { over } = await open()
    expect(await over).toBe('')
    for (const { socket } of held) socket.destroy()
    await expect.poll(() => answerTo(get('/other')).then(statuses)).toEqual([200])
  })
})

it('gives every sort of answer its headers and one id', async () => {
  for (const path of ['/echo', '/other/x', '/a/page', '/hooks/any', '/other//']) {
    const said = (await answerTo(get(path, 'x-request-id: mine-1\r\n'))).toLowerCase()
    expect(said.match(/^x-request-id: /gm), path).toHaveLength(1)
    for (const name of ['x-content-type-options', 'permissions-policy', 'strict-transport-security', 'x-robots-tag']) {
      expect(said.match(new RegExp(`^${name}: `, 'gm')), `${path} ${name}`).toHaveLength(1)
    }
    expect(said).not.toContain('x-powered-by')
  }
})
