import type { lookup as systemLookup } from 'node:dns'
import { createServer, type Server } from 'node:http'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outboundGuard, type Reach } from './guard.ts'

let server: Server
let port = 0
let connections = 0
beforeAll(async () => {
  server = createServer((_, response) => response.end('ok'))
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as { port: number }).port
})
afterAll(() => new Promise((done) => void server.close(done)))

/** Asks through the guard, as every client does; answers the body, or why there is none. */
async function ask(text: string, reach: Reach, lookup?: typeof systemLookup): Promise<string> {
  const guard = outboundGuard(reach, lookup ? { lookup } : {})
  const agent = new Agent({ connect: guard.connector({ timeout: 2_000 }) })
  try {
    const url = new URL(text)
    const refusal = guard.refusal(url)
    if (refusal !== null) return refusal
    const answer = await request(url, { dispatcher: agent })
    return await answer.body.text()
  } catch (error) {
    return (error as Error).message
  } finally {
    await agent.destroy()
  }
}

/** A resolver that gives these answers one after the other, as one that rebinds does. */
function resolver(...answers: string[][]): typeof systemLookup {
  return ((_: string, __: object, callback: (error: null, all: { address: string; family: number }[]) => void) => {
    const now = answers.length > 1 ? answers.shift() : answers[0]
    callback(
      null,
      (now ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as never
}

test('a listed address is reached: the listener below can be met at all', async () => {
  const before = connections
  expect(await ask(`http://127.0.0.1:${port}/`, ['127.0.0.0/8'])).toBe('ok')
  expect(await ask(`http://allowed.example:${port}/`, ['127.0.0.0/8'], resolver(['127.0.0.1']))).toBe('ok')
  expect(connections).toBe(before + 2)
})

const tricks = [
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0x0.0x0.0x1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://017700000001:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::]:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::80ff:fffe]:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST.:PORT/',
  'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://127。0。0。1:PORT/',
  'http://user@127.0.0.1:PORT/',
  'http://example.com@127.0.0.1:PORT/',
  'http://127.0.0.1%2f@example.com:PORT/',
  'http://169.254.169.254:PORT/latest/meta-data/',
  'http://[fd00:ec2::254]:PORT/',
  'http://[fe80::1]:PORT/',
]

test.each(tricks)('no connection is made for %s', async (trick) => {
  const before = connections
  const answer = await ask(trick.replace('PORT', String(port)), [])
  expect(answer).not.toBe('ok')
  expect(connections).toBe(before)
})

test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'data:text/plain,x'])(
  '%s is not spoken',
  async (url) => expect(await ask(url, 'all')).toMatch(/is not spoken/),
)

test('a name is refused when one of its answers is not allowed, in whatever order they come', async () => {
  const before = connections
  for (const answers of [
    ['8.8.8.8', '127.0.0.1'],
    ['127.0.0.1', '8.8.8.8'],
    ['2606:4700::1111', '::1'],
  ])
    expect(await ask(`http://two.example:${port}/`, [], resolver(answers))).toMatch(/no administrator has listed it/)
  expect(connections).toBe(before)
})

test('a name that points elsewhere the second time is judged by what is connected to', async () => {
  const before = connections
  const rebinding = resolver(['8.8.8.8'], ['127.0.0.1'])
  const guard = outboundGuard([], { lookup: rebinding })
  const agent = new Agent({ connect: guard.connector({ timeout: 500 }) })
  for (let i = 0; i < 3; i++) {
    await expect(request(`http://rebinding.example:${port}/`, { dispatcher: agent })).rejects.toThrow()
  }
  await agent.destroy()
  expect(connections).toBe(before)
})

test('a redirect is an answer, not an order', async () => {
  const redirecting = createServer((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end(),
  )
  await new Promise<void>((done) => redirecting.listen(0, '127.0.0.1', done))
  const before = connections
  const { port: from } = redirecting.address() as { port: number }
  expect(await ask(`http://127.0.0.1:${from}/`, ['127.0.0.0/8'])).toBe('')
  expect(connections).toBe(before)
  await new Promise((done) => redirecting.close(done))
})
