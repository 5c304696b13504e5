import { randomInt } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { HookReceiver } from '../hooks/receiver.ts'
import { openTo } from '../server/access.ts'
import { readBody } from '../server/body.ts'
import { peerHeader } from '../server/client-address.ts'
import { jsonResponse, problemResponse } from '../server/problem.ts'
import { testDeps } from '../server/testing/deps.ts'
import type { FrontEntry } from './entries.ts'
import { entryFor } from './entries.ts'
import { openFront } from './front.ts'

const access = openTo('a test')
const streams = { open: 0 }

const entries: readonly FrontEntry[] = [
  {
    path: '/echo',
    below: true,
    access,
    async handle(request) {
      try {
        const body = await readBody(request)
        const { pathname, search, host } = new URL(request.url)
        const told = { method: request.method, pathname, search, host, body, peer: request.headers.get(peerHeader) }
        const headers = new Headers({ 'content-type': 'application/json', 'x-request-id': 'r' })
        headers.append('set-cookie', 'a=1; Path=/')
        headers.append('set-cookie', 'b=2; Path=/')
        return new Response(JSON.stringify(told), { headers })
      } catch (error) {
        return problemResponse(error, 'r', 'echo')
      }
    },
  },
  {
    path: '/stream',
    below: false,
    access,
    handle(request) {
      streams.open++
      request.signal.addEventListener('abort', () => streams.open--)
      const body = new ReadableStream({ start: (to) => to.enqueue(new TextEncoder().encode('first\n')) })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  },
  {
    path: '/broken',
    below: false,
    access,
    handle: () => Promise.reject(new Error('password=hunter2')),
  },
  {
    path: '/breaks-off',
    below: false,
    access,
    handle() {
      let pulled = 0
      const pull = (to: ReadableStreamDefaultController) => {
        if (pulled++ > 0) throw new Error('the database has gone')
        to.enqueue(new TextEncoder().encode('first\n'))
      }
      return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
    },
  },
  { path: '/empty', below: false, access, handle: () => jsonResponse(null, 204, 'r') },
]

let server: Server
let port: number

beforeAll(async () => {
  const receiver: HookReceiver = {
    answer: async ({ name }) => ({ status: 202, headers: {}, body: JSON.stringify({ hook: name }) }),
    flush: async () => {},
  }
  const front = openFront({ deps: testDeps().deps, receiver, entries }, async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('a page')
  })
  server = createServer(front.listener)
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

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

function ask(method: string, path: string, options: { headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const { headers = {}, body } = options
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.once('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    request.once('error', reject)
    request.end(body)
  })
}

describe('the front', () => {
  it('gives a handler the whole request, and everybody the same headers', async () => {
    const { status, headers, body } = await ask('PUT', '/echo/deep?a=1', { body: 'grüße' })
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({
      method: 'PUT',
      pathname: '/echo/deep',
      search: '?a=1',
      host: 'rollcall',
      body: 'grüße',
      peer: '127.0.0.1',
    })
    expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
  })

  it('believes no host and no peer that the sender states', async () => {
    const { body } = await ask('GET', '/echo', { headers: { host: 'evil.example', 'X-Rollcall-Peer': '10.0.0.1' } })
    expect(JSON.parse(body)).toMatchObject({ host: 'rollcall', peer: '127.0.0.1' })
  })

  it('answers webhooks itself, and leaves everything that is no data to the pages', async () => {
    expect(await ask('POST', '/hooks/forge', { body: '{}' })).toMatchObject({ status: 202, body: '{"hook":"forge"}' })
    expect((await ask('GET', '/applies')).body).toBe('a page')
    expect((await ask('GET', '/echoes')).body).toBe('a page')
  })

  it('sends no body to HEAD and with 204', async () => {
    expect(await ask('HEAD', '/echo')).toMatchObject({ status: 200, body: '' })
    expect(await ask('GET', '/empty')).toMatchObject({ status: 204, body: '' })
  })

  it.each(['http://evil.example/echo', '//evil.example/echo', '/echo/%zz', '/%ff', '*'])(
    'refuses the path %s before anybody looks at it',
    async (path) => {
      const { status, headers, body } = await ask('GET', path)
      expect([status, headers['content-type']]).toEqual([400, 'application/problem+json'])
      expect(body).not.toContain('evil')
    },
  )

  it('refuses TRACE, which no handler and no page could take', async () => {
    expect((await ask('TRACE', '/')).status).toBe(405)
  })

  it('tells nothing of the inside of a failure', async () => {
    const { status, body } = await ask('GET', '/broken', { headers: { 'x-request-id': 'mine' } })
    expect([status, JSON.parse(body).requestId]).toEqual([500, 'mine'])
    expect(body).not.toContain('hunter2')
  })

  it('leaves a line for an answer that breaks off, which no answer could tell, and none for whoever leaves', async () => {
    const written: string[] = []
    const log = vi.spyOn(console, 'error').mockImplementation((line) => void written.push(line))
    try {
      const asking = ask('GET', '/breaks-off?secret=1', { headers: { 'x-request-id': 'mine' } })
      await expect(asking).rejects.toMatchObject({ code: 'ECONNRESET' })
      await vi.waitFor(() => expect(written).toHaveLength(1))
      expect(JSON.parse(written[0] ?? '')).toMatchObject({
        ...{ requestId: 'mine', where: 'GET /breaks-off, broken off' },
        error: expect.stringContaining('the database has gone'),
      })
      await leaveStream()
      expect(written).toHaveLength(1)
    } finally {
      log.mockRestore()
    }
  })

  it('refuses a body beyond the cap while it is still being sent, and ends that connection', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('close', () => resolve(text))
      socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? null : reject(error)))
      socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
      for (let i = 0; i < 20; i++) socket.write(chunk)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  it('tells a handler at once when nobody waits for its stream any more', leaveStream)

  async function leaveStream() {
    await new Promise<void>((resolve) => {
      const request = httpRequest({ port, host: '127.0.0.1', path: '/stream', agent: false }, (response) => {
        response.once('data', () => {
          expect(streams.open).toBe(1)
          request.destroy()
          resolve()
        })
      })
      request.on('error', () => {})
      request.end()
    })
    await expect.poll(() => streams.open).toBe(0)
  }
})

it('finds the entry of a path, and no path beside it', () => {
  expect(entryFor('/api/v1/applies')?.path).toBe('/api/v1')
  expect(entryFor('/api/v1')?.path).toBe('/api/v1')
  expect(entryFor('/api/v10')?.path).toBe('/api')
  expect(entryFor('/api/other')?.path).toBe('/api')
  expect(entryFor('/apix')).toBeNull()
  expect(entryFor('/healthz/x')).toBeNull()
  expect(entryFor('/applies')).toBeNull()
})
