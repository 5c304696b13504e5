import { execFile } from 'node:child_process'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { asText, type Question } from './exchange.ts'
import { outboundGuard } from './guard.ts'
import { type Line, type LineOptions, openLine } from './line.ts'
import { deadPort, serve, serveRaw, setTrap, type Trap } from './testing/index.ts'

let trap: Trap
beforeAll(async () => {
  trap = await setTrap()
})
afterAll(() => trap.close())

const open: { close(): Promise<unknown> }[] = []
const kept = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const line = (options: Partial<LineOptions> = {}): Line =>
  kept(openLine({ guard: outboundGuard(['127.0.0.0/8']), userAgent: 'test', keepAliveMs: 1000, ...options }))
const ask = (url: string, more: Partial<Question> = {}, one = line()) =>
  one.ask({ url: new URL(url), method: 'GET', headers: {}, timeoutMs: 2000, maxBytes: 1000, ...more })

test('what is answered is told as it is: status, headers, body and time', async () => {
  const server = kept(await serve((_, response) => response.writeHead(418, { x: 'y' }).end('\ufeffhallo')))
  const answer = await ask(`${server.url}/a/b?c=d`, { headers: { one: 'two' } })
  expect(asText(answer)).toMatchObject({ sent: true, status: 418, headers: { x: 'y' }, body: 'hallo', fault: null })
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    url: '/a/b?c=d',
    headers: { one: 'two', 'user-agent': 'test', 'accept-encoding': 'identity' },
  })
})

test('no connection is made by any trick of the list', async () => {
  for (const { name, url, lookup } of trap.tricks()) {
    if (!URL.canParse(url)) continue
    const one = line({ guard: outboundGuard(trap.reach, { lookup }) })
    const planted = { headers: { authorization: 'Bearer planted' } }
    await ask(url, planted, one)
    const { sent, status } = await ask(url, planted, one)
    if (name === 'a redirect') expect(status).toBe(307)
    else expect([name, sent, status]).toEqual([name, false, null])
    expect([name, trap.connections()]).toEqual([name, 0])
  }
})

test('a redirect is an answer, not an order, also on the same host', async () => {
  const server = kept(await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end()))
  expect(await ask(server.url)).toMatchObject({ status: 302, headers: { location: '/elsewhere' }, fault: null })
  expect(server.requests).toHaveLength(1)
})

test('an answer has enough when it is larger than was asked for, and the rest is not read', async () => {
  const server = kept(
    await serve((_, response) => {
      const write = () => {
        while (response.write('x'.repeat(10_000))) {}
      }
      response.on('drain', write).on('error', () => {})
      write()
    }),
  )
  const answer = await ask(server.url, { maxBytes: 5000 })
  expect(answer).toMatchObject({ sent: true, status: 200, fault: { code: 'too_large' } })
  expect(answer.body.length).toBeLessThanOrEqual(5000)
})

describe('the time is for everything together', () => {
  test('where nobody answers', async () => {
    const silent = kept(await serveRaw(() => {}))
    expect(await ask(silent.url, { timeoutMs: 100 })).toMatchObject({
      sent: true,
      status: null,
      fault: { code: 'timeout_read', message: 'no answer within 100 ms' },
    })
  })

  test('where an answer drips', async () => {
    const dripping = kept(
      await serve((_, response) => {
        response.writeHead(200)
        const drop = setInterval(() => response.write('x'), 10)
        response.on('close', () => clearInterval(drop))
      }),
    )
    expect(await ask(dripping.url, { timeoutMs: 150 })).toMatchObject({ status: 200, fault: { code: 'timeout_read' } })
  })

  test('where nobody can be connected to, and then nothing is sent any more', async () => {
    const silent = kept(await serveRaw(() => {}))
    const tls = line({ connectTimeoutMs: 100 })
    expect(await ask(silent.url.replace('http:', 'https:'), {}, tls)).toMatchObject({
      sent: false,
      fault: { code: 'timeout_connect' },
    })
    const busy = line({ connections: 1 })
    const first = ask(silent.url, { timeoutMs: 300 }, busy)
    expect(await ask(silent.url, { timeoutMs: 100 }, busy)).toMatchObject({
      sent: false,
      fault: { code: 'timeout_connect' },
    })
    await first
    expect(silent.connections()).toBe(2)
  })

  test('until the caller gives up', async () => {
    const server = kept(await serve(() => {}))
    expect(await ask(server.url, { signal: AbortSignal.abort() })).toMatchObject({
      sent: false,
      fault: { code: 'aborted' },
    })
    expect(server.connections()).toBe(0)
    const abort = new AbortController()
    const call = ask(server.url, { signal: abort.signal })
    await expect.poll(() => server.requests.length).toBe(1)
    abort.abort()
    expect(await call).toMatchObject({ sent: true, fault: { code: 'aborted' } })
  })
})

test('what goes wrong on the way is told apart, and without the secret that was sent', async () => {
  const secret = 'planted-T0ken-9f8e7d6c'
  expect(await ask(`http://127.0.0.1:${await deadPort()}`)).toMatchObject({ sent: false, fault: { code: 'refused' } })
  const rude = kept(await serveRaw((socket) => socket.destroy()))
  expect(await ask(rude.url)).toMatchObject({ sent: true, fault: { code: 'reset' } })
  const wrong = await ask(`http://${secret}.invalid`, { secrets: [secret] })
  expect(wrong).toMatchObject({ sent: false, fault: { code: 'dns' } })
  expect(JSON.stringify(wrong).toLowerCase()).not.toContain(secret.toLowerCase())
})

test('bodies stream both ways, and only standing still ends them', async () => {
  const server = kept(await serve(({ body }, response) => response.end(body)))
  const pieces = async function* () {
    for (const piece of ['a', 'b', 'c']) yield piece
  }
  let got = ''
  const into = () =>
    new Writable({
      write(chunk, _, done) {
        got += chunk
        done()
      },
    })
  const answer = await ask(server.url, { method: 'PUT', body: Readable.from(pieces()), into, maxBytes: 1 })
  expect(answer).toMatchObject({ status: 200, streamed: true, fault: null })
  expect(got).toBe('abc')
})

test('no proxy of the environment is used, whatever the runtime is told', async () => {
  const proxy = kept(await serve((_, response) => response.end('from the proxy')))
  const server = kept(await serve((_, response) => response.end('from the server')))
  const program = `
    import { asText, openLine, outboundGuard } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))}
    const line = openLine({ guard: outboundGuard(['127.0.0.0/8']), userAgent: 'test', keepAliveMs: null })
    const question = { url: new URL('${server.url}'), method: 'GET', headers: {}, timeoutMs: 2000, maxBytes: 1000 }
    console.log(asText(await line.ask(question)).body)
    await line.close()`
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']
  const env = { NODE_USE_ENV_PROXY: '1', ...Object.fromEntries(names.map((name) => [name, proxy.url])) }
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env })
  expect((await run).stdout.trim()).toBe('from the server')
  expect(proxy.connections()).toBe(0)
})
