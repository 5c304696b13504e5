import { Agent, request } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Lookup, outboundGuard } from './guard.ts'
import type { Reach } from './reach.ts'
import { resolver, serve, setTrap, type TestServer, type Trap } from './testing/index.ts'

let trap: Trap
beforeAll(async () => {
  trap = await setTrap()
})
afterAll(() => trap.close())

const open: TestServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})
async function answering(host: string): Promise<TestServer> {
  const server = await serve((_, response) => response.end('ok'), host)
  open.push(server)
  return server
}

/** Asks with an agent of its own, as somebody does who brings one; answers the body, or why there is none. */
async function ask(text: string, reach: Reach, lookup?: Lookup): Promise<string> {
  const guard = outboundGuard(reach, { lookup })
  const agent = new Agent({ connect: guard.connector({ timeout: 2_000 }) })
  try {
    const answer = await request(new URL(text), { dispatcher: agent })
    return await answer.body.text()
  } catch (error) {
    return (error as Error).message
  } finally {
    await agent.destroy()
  }
}

test('a listed address is reached, by itself and by name: what follows is not refused because nothing works', async () => {
  const server = await answering('127.0.0.1')
  expect(await ask(server.url, ['127.0.0.0/8'])).toBe('ok')
  expect(await ask(`http://allowed.example:${server.port}/`, ['127.0.0.0/8'], resolver(['127.0.0.1']))).toBe('ok')
  expect(server.connections()).toBe(2)
})

test('no connection is made by any trick of the list, also where somebody forgot to ask the guard first', async () => {
  for (const { name, url, lookup } of trap.tricks()) {
    for (const _ of ['once', 'again']) expect([name, await ask(url, trap.reach, lookup)]).not.toEqual([name, 'ok'])
    expect([name, trap.connections()]).toEqual([name, 0])
  }
  expect(trap.tricks().length).toBeGreaterThan(65)
})

test('the trap catches whoever is let through: most of the tricks arrive where this machine is listed', async () => {
  const open = await setTrap()
  let arrived = 0
  for (const { url, lookup } of open.tricks()) {
    const before = open.connections()
    await ask(url, ['127.0.0.0/8', '::1/128'], lookup)
    if (open.connections() > before) arrived += 1
  }
  await open.close()
  expect(arrived).toBeGreaterThan(20)
})

test('no connection is made by any trick where everything is listed that can be', async () => {
  const never = trap
    .tricks()
    .filter(({ name }) => /metadata|link-local|unspecified|multicast|broadcast|zero/.test(name))
  expect(never.length).toBeGreaterThan(15)
  for (const reach of [
    'all',
    ['0.0.0.0/0', '::/0'],
    ['fd00::/8', 'fc00::/7', '64:ff9b:1::/48', '10.0.0.0/8'],
  ] as const) {
    for (const { name, url, lookup } of never) {
      expect([name, outboundGuard(reach).refusal(new URL(url)) ?? (await ask(url, reach, lookup))]).toEqual([
        name,
        expect.stringMatching(/is no address that Rollcall may connect to/),
      ])
    }
  }
  expect(trap.connections()).toBe(0)
})

test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'data:text/plain,x', 'ws://127.0.0.1/'])(
  '%s is not spoken',
  (url) => expect(outboundGuard('all').refusal(new URL(url))).toMatch(/is not spoken/),
)

describe('a refusal', () => {
  test('names the address, what it is, and the variable that would allow it', async () => {
    const said =
      /127\.0\.0\.1 is no address .*: this machine \(RFC 1122\), and no administrator has listed it in ROLLCALL_OUTBOUND_PRIVATE/
    expect(outboundGuard([]).refusal(new URL('http://127.0.0.1:8080'))).toMatch(said)
    expect(await ask('http://name.example:8080/', [], resolver(['127.0.0.1']))).toMatch(said)
  })

  test('of a port names the port', async () => {
    for (const port of [22, 25, 53, 6379, 6667, 11211])
      expect(outboundGuard('all').refusal(new URL(`http://127.0.0.1:${port}`))).toMatch(`port ${port} is not asked`)
    expect(await ask('http://127.0.0.1:25/', 'all')).toMatch('port 25 is not asked')
  })
})

test('a name that points elsewhere the second time is judged by what is connected to', async () => {
  const door = await answering('127.0.0.2')
  const guard = outboundGuard(trap.reach, { lookup: resolver(['127.0.0.2'], ['127.0.0.1']) })
  // a new connection each time, and with it a new answer
  const agent = new Agent({ connect: guard.connector({ timeout: 2_000 }), pipelining: 0 })
  const url = `http://rebinding.example:${door.port}/`
  expect(await (await request(url, { dispatcher: agent })).body.text()).toBe('ok')
  const inside = await answering('127.0.0.1')
  for (let i = 0; i < 3; i++)
    await expect(request(`http://rebinding.example:${inside.port}/`, { dispatcher: agent })).rejects.toThrow(
      /rebinding\.example: 127\.0\.0\.1 is no address/,
    )
  await agent.destroy()
  expect(inside.connections()).toBe(0)
})

test('a resolver that says one thing and connects elsewhere is found out at the socket, before a byte is sent', async () => {
  const inside = await answering('127.0.0.1')
  // an address that is listed, and that this machine takes for its own other one
  const mapped = outboundGuard(['127.0.0.2/32'], {
    lookup: ((_: string, __: object, done: (error: null, all: object[]) => void) => {
      const answer = { family: 4, reads: 0 }
      Object.defineProperty(answer, 'address', { get: () => (answer.reads++ === 0 ? '127.0.0.2' : '127.0.0.1') })
      done(null, [answer])
    }) as never,
  })
  const agent = new Agent({ connect: mapped.connector({ timeout: 2_000 }) })
  await expect(request(`http://liar.example:${inside.port}/`, { dispatcher: agent })).rejects.toThrow(
    /127\.0\.0\.1 is no address that Rollcall may connect to/,
  )
  await agent.destroy()
  expect(inside.requests).toEqual([])
})
