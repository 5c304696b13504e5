import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createRedeployClient, type RedeployClient } from './client.ts'
import { casesOf, deadPort, serve, serveAnswer, serveRaw, type TestServer } from './testing/index.ts'

/** Waiting is for something, however busy the machine is. */
const soon = { timeout: 10_000, interval: 10 }

const sha = 'abcdef1234567890abcdef1234567890abcdef12'
const open: (RedeployClient | TestServer)[] = []
const kept = <T extends RedeployClient | TestServer>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const client = (options = {}) => kept(createRedeployClient({ reach: 'all', ...options }))
const read = async (url: string, timeoutMs = 2000) => client().readBuildinfo({ url: `${url}/buildinfo`, timeoutMs })
const readAnswer = async (status: number, body: string, type: string | null = 'application/json', headers = {}) =>
  read(kept(await serveAnswer(status, body, type, headers)).url)

describe('one probe to one reading', () => {
  const kinds: Record<string, string> = {
    sha: 'sha',
    unstamped: 'unstamped',
    unreachable: 'unreachable',
    'wrong-service': 'wrong_service',
    'route-missing': 'wrong_service',
    'protocol-error': 'wrong_service',
  }
  it.each(casesOf('buildinfo.read'))(
    'agrees with the field about $id',
    async ({ given, expect: expected, recommend }) => {
      const wanted = kinds[recommend?.kind ?? expected.kind]
      expect(wanted).toBeDefined()
      if (given.transport === 'refused') {
        expect(await read(`http://127.0.0.1:${await deadPort()}`)).toMatchObject({
          kind: wanted,
          reason: 'refused',
          httpStatus: null,
        })
        return
      }
      if (given.transport === 'timeout') {
        const silent = kept(await serve(() => {}))
        expect(await read(silent.url, 100)).toMatchObject({ kind: wanted, reason: 'timeout_read', httpStatus: null })
        return
      }
      const body =
        given.body === undefined ? '' : typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
      const headers = given.location === undefined ? {} : { location: given.location }
      const reading = await readAnswer(given.status, body, given.type ?? null, headers)
      expect(reading).toMatchObject({ kind: wanted, httpStatus: given.status })
      if (expected.sha !== undefined) expect(reading).toMatchObject({ sha: expected.sha })
    },
  )

  it.each([
    ['sha', sha, { sha }],
    ['sha', sha.toUpperCase(), { sha }],
    ['sha', 'ab'.repeat(32), { sha: 'ab'.repeat(32) }],
    ['unstamped', 'dev', {}],
    ['unstamped', 'DEV', {}],
    ['unstamped', 'unknown', {}],
    ['unstamped', '', {}],
    ['unstamped', '0'.repeat(40), {}],
    ['wrong_service', 'abcdef1', { detail: expect.stringContaining('abcdef1') }],
    ['wrong_service', `${sha}0`, {}],
    ['wrong_service', ` ${sha}`, {}],
    ['wrong_service', `${sha}\n`, {}],
    ['wrong_service', 'g'.repeat(40), {}],
    ['wrong_service', 'v1.2.3', {}],
    ['wrong_service', 7, {}],
    ['wrong_service', null, {}],
    ['wrong_service', [sha], {}],
    ['wrong_service', { sha }, {}],
  ])('is %s for git_sha %j', async (kind, value, more) => {
    expect(await readAnswer(200, JSON.stringify({ git_sha: value }))).toMatchObject({ kind, httpStatus: 200, ...more })
  })

  it.each([
    ['application/json; charset=utf-8', 'sha'],
    ['application/vnd.tenant+json', 'sha'],
    ['text/plain; charset=utf-8', 'sha'],
    [null, 'sha'],
    ['text/html', 'wrong_service'],
    ['text/html; x=application/json', 'wrong_service'],
    ['application/octet-stream', 'wrong_service'],
  ])('reads a commit in content type %s as %s', async (type, kind) => {
    expect(await readAnswer(200, JSON.stringify({ git_sha: sha }), type)).toMatchObject({ kind })
  })

  it.each(['', ' ', 'null', '7', '[]', '"abc"', '{}', '{', `[{"git_sha":"${sha}"}]`, sha, `{"GIT_SHA":"${sha}"}`])(
    'takes %j for another service',
    async (body) => expect(await readAnswer(200, body)).toMatchObject({ kind: 'wrong_service' }),
  )

  it.each([
    [204, 'wrong_service'],
    [206, 'wrong_service'],
    [301, 'wrong_service'],
    [304, 'wrong_service'],
    [400, 'wrong_service'],
    [401, 'wrong_service'],
    [403, 'wrong_service'],
    [404, 'wrong_service'],
    [405, 'wrong_service'],
    [410, 'wrong_service'],
    [429, 'unreachable'],
    [500, 'unhealthy'],
    [501, 'unhealthy'],
    [507, 'unhealthy'],
    [502, 'unreachable'],
    [503, 'unreachable'],
    [504, 'unreachable'],
    [520, 'unreachable'],
    [525, 'unreachable'],
    [530, 'unreachable'],
  ])('reads a %i as %s, even with a commit in its body', async (status, kind) => {
    const reading = await readAnswer(status, status === 204 || status === 304 ? '' : JSON.stringify({ git_sha: sha }))
    expect(reading).toMatchObject({ kind, httpStatus: status })
    if (status >= 502 && status !== 507) expect(reading).toMatchObject({ reason: 'http_5xx' })
    expect(reading).not.toHaveProperty('sha')
  })

  it('does not unpack what it did not ask to be packed', async () => {
    const reading = await readAnswer(200, 'x', 'application/json', { 'content-encoding': 'gzip' })
    expect(reading).toMatchObject({ kind: 'wrong_service', detail: expect.stringContaining('gzip') })
  })

  it('redacts and cuts what it quotes', async () => {
    const reading = await readAnswer(200, JSON.stringify({ git_sha: `token=hunter22 ${'long '.repeat(100)}` }))
    expect(reading.detail).not.toContain('hunter22')
    expect(reading.detail?.length).toBeLessThanOrEqual(200)
  })

  it('says who is asking and sends no credential', async () => {
    const server = kept(await serveAnswer(200, JSON.stringify({ git_sha: sha })))
    await read(server.url)
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/buildinfo', body: '' })
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^Rollcall\/\d+\.\d+\.\d+ \(\+rollout control room\)$/)
    expect(server.requests[0]?.headers.accept).toBe('application/json')
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(server.requests[0]?.headers).not.toHaveProperty('cookie')
  })

  it('stamps the reading with the moment of the question, from the clock it was given', async () => {
    const server = kept(await serveAnswer(200, JSON.stringify({ git_sha: sha })))
    const at = new Date('2026-01-02T03:04:05Z')
    const reading = await client({ now: () => at }).readBuildinfo({ url: `${server.url}/buildinfo` })
    expect(reading.at).toBe(at)
    expect(reading.latencyMs).toBeGreaterThanOrEqual(0)
  })
})

describe('what the network does to a probe', () => {
  it('names a host that does not exist', async () => {
    const reading = await read('http://no-such-host.invalid', 10_000)
    expect(reading).toMatchObject({ kind: 'unreachable', reason: 'dns', httpStatus: null })
  })

  it('names a connection that is never made', async () => {
    // A peer that takes the connection and never answers the TLS greeting.
    const silent = kept(await serveRaw(() => {}))
    const url = silent.url.replace('http:', 'https:')
    const slow = await client({ connectTimeoutMs: 200 }).readBuildinfo({ url, timeoutMs: 10_000 })
    expect(slow).toMatchObject({ kind: 'unreachable', reason: 'timeout_connect' })
    const short = await client().readBuildinfo({ url, timeoutMs: 100 })
    expect(short).toMatchObject({ kind: 'unreachable', reason: 'timeout_connect' })
  })

  it('names a TLS greeting that fails', async () => {
    const plain = kept(await serveAnswer(200, '{}'))
    expect(await read(plain.url.replace('http:', 'https:'))).toMatchObject({ kind: 'unreachable', reason: 'tls' })
    const rude = kept(await serveRaw((socket) => socket.destroy()))
    expect(await read(rude.url.replace('http:', 'https:'))).toMatchObject({ kind: 'unreachable', reason: 'tls' })
  })

  it('names a reset before, inside and after the headers', async () => {
    for (const bytes of ['', 'HTTP/1.1 200 OK\r\ncontent-', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"git']) {
      const server = kept(
        await serveRaw((socket) => socket.once('data', () => socket.write(bytes, () => socket.destroy()))),
      )
      expect(await read(server.url), bytes).toMatchObject({ kind: 'unreachable', reason: 'reset' })
    }
  })

  it('does not take a complete-looking part of a cut answer for the answer', async () => {
    const bytes = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n${JSON.stringify({ git_sha: sha })}`
    const server = kept(await serveRaw((socket) => socket.once('data', () => socket.end(bytes))))
    expect(await read(server.url)).toMatchObject({ kind: 'unreachable', reason: 'reset' })
  })

  it('gives up on headers and bodies that drip for ever', async () => {
    for (const head of ['HTTP/1.1 200 OK\r\nx-', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":"']) {
      let hungUp = false
      const server = kept(
        await serveRaw((socket) => {
          socket.write(head)
          socket.on('close', () => {
            hungUp = true
          })
          const drip = setInterval(() => socket.write('a'), 20)
          socket.on('close', () => clearInterval(drip))
        }),
      )
      const startedAt = performance.now()
      expect(await read(server.url, 200), head).toMatchObject({ kind: 'unreachable', reason: 'timeout_read' })
      expect(performance.now() - startedAt).toBeLessThan(1500)
      await expect.poll(() => hungUp, soon).toBe(true)
    }
  })

  it('stops reading an answer beyond one mebibyte and hangs up', async () => {
    let written = 0
    let hungUp = false
    const server = kept(
      await serveRaw((socket) => {
        socket.on('close', () => {
          hungUp = true
        })
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":"')
        const more = () => {
          while (!socket.destroyed && socket.write('a'.repeat(65_536))) written += 65_536
        }
        socket.on('drain', more)
        more()
      }),
    )
    expect(await read(server.url, 5000)).toMatchObject({
      kind: 'wrong_service',
      detail: expect.stringContaining('1048576'),
    })
    await expect.poll(() => hungUp, soon).toBe(true)
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  it('names what answers but does not speak HTTP', async () => {
    const server = kept(await serveRaw((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')))
    expect(await read(server.url)).toMatchObject({ kind: 'unreachable', reason: 'other', httpStatus: null })
  })

  it('follows no redirect, also not to the same host', async () => {
    const elsewhere = kept(await serveAnswer(200, JSON.stringify({ git_sha: sha })))
    const reading = await readAnswer(302, '', null, { location: `${elsewhere.url}/buildinfo` })
    expect(reading).toMatchObject({ kind: 'wrong_service', httpStatus: 302 })
    expect(elsewhere.connections()).toBe(0)
  })

  it('keeps a connection between probes', async () => {
    const server = kept(await serveAnswer(200, JSON.stringify({ git_sha: sha })))
    const one = client()
    for (let probe = 0; probe < 10; probe += 1) await one.readBuildinfo({ url: `${server.url}/buildinfo` })
    // The next probe may begin a moment before the connection of the last one is free again; two take turns then.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('does not report a kept connection that was closed in between as a tenant that resets', async () => {
    let first = true
    let dyingAsked = 0
    const answer = JSON.stringify({ git_sha: sha })
    const server = kept(
      await serveRaw((socket) => {
        // The first connection answers once and dies of the second request; any other one answers.
        const dies = first
        first = false
        socket.on('data', () => {
          if (dies) dyingAsked += 1
          if (dies && dyingAsked > 1) socket.destroy()
          else
            socket.write(
              `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
            )
        })
      }),
    )
    const one = client()
    for (let probe = 0; probe < 2; probe += 1) {
      expect(await one.readBuildinfo({ url: server.url, timeoutMs: 2000 })).toMatchObject({ kind: 'sha' })
      // The connection is free again in the next turn of the loop; before that a second one would be made.
      await nextTurn()
    }
    expect([dyingAsked, server.connections()]).toEqual([2, 2])
  })

  it('does not report our own busy event loop as a silent tenant', async () => {
    const server = kept(
      await serve((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ git_sha: sha }), () => {
          // The answer has left; now nobody reads it until long after the deadline.
          const until = performance.now() + 400
          while (performance.now() < until);
        })
      }),
    )
    expect(await read(server.url, 200)).toMatchObject({ kind: 'sha', sha })
  })

  it('never asks after its deadline, when it had to wait for a connection until then', async () => {
    const waiting: (() => void)[] = []
    const server = kept(await serve((_, response) => waiting.push(() => response.end('{}'))))
    const one = client({ maxConnections: 1 })
    const first = one.readBuildinfo({ url: `${server.url}/first`, timeoutMs: 5000 })
    const second = await one.readBuildinfo({ url: `${server.url}/second`, timeoutMs: 100 })
    expect(second).toMatchObject({ kind: 'unreachable', reason: 'timeout_connect' })
    for (const answer of waiting.splice(0)) answer()
    await first
    const third = one.readBuildinfo({ url: `${server.url}/third`, timeoutMs: 5000 })
    await expect.poll(() => waiting.length, soon).toBe(1)
    for (const answer of waiting.splice(0)) answer()
    await third
    expect(server.requests.map(({ url }) => url)).toEqual(['/first', '/third'])
  })

  it('rejects with the reason of a signal, which is no reading of the tenant', async () => {
    const silent = kept(await serve(() => {}))
    const one = client()
    await expect(one.readBuildinfo({ url: silent.url, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    )
    const abort = new AbortController()
    const reading = one.readBuildinfo({ url: silent.url, signal: abort.signal })
    await expect.poll(() => silent.requests.length, soon).toBe(1)
    abort.abort(new Error('stop now'))
    await expect(reading).rejects.toThrow('stop now')
  })

  it('refuses link-local addresses always and private ones when told so, before anything is sent', async () => {
    const server = kept(await serveAnswer(200, JSON.stringify({ git_sha: sha })))
    const refused = { kind: 'unreachable', reason: 'other', detail: expect.stringContaining('may connect') }
    for (const host of ['169.254.169.254', '[fe80::1]', '[::ffff:169.254.169.254]', '0xa9fea9fe']) {
      expect(await read(`http://${host}`), host).toMatchObject(refused)
    }
    const strict = client({ reach: [] })
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '192.168.1.1', '[::ffff:127.0.0.1]']) {
      const url = `http://${host}:${server.port}/buildinfo`
      expect(await strict.readBuildinfo({ url, timeoutMs: 2000 }), host).toMatchObject(refused)
    }
    expect(server.connections()).toBe(0)
  })

  it.each(['ftp://x/', 'http://user:pass@127.0.0.1/'])('throws for %s, which no template makes', async (url) => {
    await expect(client().readBuildinfo({ url })).rejects.toThrow(TypeError)
  })
})
