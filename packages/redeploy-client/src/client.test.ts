import { afterEach, describe, expect, it } from 'vitest'
import { createRedeployClient, type RedeployClient } from './client.ts'
import { deadPort, type SeenRequest, serve, serveAnswer, serveRaw, type TestServer } from './testing/index.ts'

/** Waiting is for something, however busy the machine is. */
const soon = { timeout: 10_000, interval: 10 }

const token = 'planted-T0ken-9f8e7d6c5b4a'
const open: (RedeployClient | TestServer)[] = []
const kept = <T extends RedeployClient | TestServer>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const client = (options = {}) => kept(createRedeployClient({ reach: 'all', ...options }))
const row = { slug: 'a', phase: 'batch-1', ssm_status: 'Success', ssm_exit_code: 0, healthz_ok: true }
const success = JSON.stringify({ ok: true, results: [row] })
const redeploy = (url: string, more = {}, one = client()) =>
  one.redeploy({ url, token }, { slugs: ['a'], tag: 'staging-abcdef1', timeoutMs: 2000, ...more })

describe('a redeploy call', () => {
  it('is one POST under the prefix of the control plane, with its token and our name', async () => {
    const server = kept(await serveAnswer(200, success))
    expect(await redeploy(`${server.url}/staging/`)).toMatchObject({
      outcome: 'accepted',
      retryable: false,
      owes: 'look',
      transport: null,
    })
    expect(server.requests).toHaveLength(1)
    const [request] = server.requests as [SeenRequest]
    expect(request).toMatchObject({ method: 'POST', url: '/staging/cp/admin/tenants/redeploy-fleet' })
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Rollcall\//),
    })
    expect(JSON.parse(request.body)).toMatchObject({
      only_slugs: ['a'],
      confirm: true,
      dry_run: false,
      soak_seconds: 0,
    })
  })

  it('throws for a bug of its caller before anything is sent', async () => {
    const server = kept(await serveAnswer(200, success))
    const one = client()
    const wrong: [string, Partial<{ slugs: string[]; tag: string; timeoutMs: number }>][] = [
      ['no slug', { slugs: [] }],
      ['no tag', { tag: '' }],
      ['a bad slug', { slugs: ['a/b'] }],
      ['no time', { timeoutMs: 0 }],
      ['more time than a timer has', { timeoutMs: 2 ** 31 }],
    ]
    for (const [what, change] of wrong) await expect(redeploy(server.url, change, one), what).rejects.toThrow(TypeError)
    for (const url of ['', 'nowhere', `http://u:p@127.0.0.1:${server.port}`, `${server.url}?x=1`]) {
      await expect(redeploy(url, {}, one), url).rejects.toThrow(TypeError)
    }
    for (const bad of ['', 'a b', 'a\r\nx: y', 'ü']) {
      const call = one.redeploy({ url: server.url, token: bad }, { slugs: ['a'], tag: 't', timeoutMs: 100 })
      await expect(call, bad).rejects.toThrow(TypeError)
    }
    expect(server.connections()).toBe(0)
  })

  it('is not connected, and safe to repeat, when nothing was sent', async () => {
    const facts = { outcome: 'not_connected', retryable: true, owes: 'nothing', httpStatus: null }
    expect(await redeploy(`http://127.0.0.1:${await deadPort()}`)).toMatchObject({
      ...facts,
      transport: { code: 'refused' },
    })
    expect(await redeploy('http://no-such-host.invalid', { timeoutMs: 10_000 })).toMatchObject({
      ...facts,
      transport: { code: 'dns' },
    })
    const silent = kept(await serveRaw(() => {}))
    const tls = silent.url.replace('http:', 'https:')
    expect(await redeploy(tls, { timeoutMs: 10_000 }, client({ connectTimeoutMs: 200 }))).toMatchObject({
      ...facts,
      transport: { code: 'timeout_connect' },
    })
    const plain = kept(await serveAnswer(200, success))
    expect(await redeploy(plain.url.replace('http:', 'https:'))).toMatchObject({ ...facts, transport: { code: 'tls' } })
    expect(plain.requests).toHaveLength(0)
    expect(await redeploy(plain.url, { signal: AbortSignal.abort() })).toMatchObject({
      ...facts,
      transport: { code: 'aborted' },
    })
    expect(await redeploy('http://169.254.169.254')).toMatchObject({ ...facts, transport: { code: 'other' } })
    expect(plain.requests).toHaveLength(0)
  })

  it('has an unknown outcome once something may have been sent', async () => {
    const facts = { outcome: 'unknown', retryable: true, owes: 'look_before_retry', rows: [], missing: ['a'] }
    const silent = kept(await serve(() => {}))
    expect(await redeploy(silent.url, { timeoutMs: 100 })).toMatchObject({
      ...facts,
      httpStatus: null,
      transport: { code: 'timeout_read' },
    })
    // Hung up before it read anything: the request may still have been under way.
    const rude = kept(await serveRaw((socket) => socket.destroy()))
    expect(await redeploy(rude.url)).toMatchObject({ ...facts, transport: { code: 'reset' } })
    const cut = kept(
      await serve((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
        response.write(success, () => response.destroy())
      }),
    )
    expect(await redeploy(cut.url)).toMatchObject({ ...facts, httpStatus: 200, transport: { code: 'reset' } })
    const abort = new AbortController()
    const call = redeploy(silent.url, { signal: abort.signal })
    await expect.poll(() => silent.requests.length, soon).toBe(2)
    abort.abort()
    expect(await call).toMatchObject({ ...facts, transport: { code: 'aborted' } })
    // Each of them asked exactly once.
    expect(silent.requests).toHaveLength(2)
    expect(rude.connections()).toBe(1)
    expect(cut.requests).toHaveLength(1)
  })

  it('goes over a connection of its own, so that none can die of age under it', async () => {
    const server = kept(await serveAnswer(200, success))
    const one = client()
    await redeploy(server.url, {}, one)
    await redeploy(server.url, {}, one)
    expect(server.connections()).toBe(2)
    expect(server.requests.every(({ headers }) => headers.connection === 'close')).toBe(true)
  })

  it('takes an answer that is too large, or no answer of this contract, for a protocol error', async () => {
    const facts = { outcome: 'protocol_error', retryable: false, owes: 'look', httpStatus: 200 }
    const large = kept(
      await serveAnswer(200, JSON.stringify({ ok: true, results: [row], more: 'x'.repeat(1_100_000) })),
    )
    expect(await redeploy(large.url)).toMatchObject({ ...facts, transport: { code: 'too_large' } })
    const html = kept(await serveAnswer(200, '<html>', 'text/html'))
    expect(await redeploy(html.url)).toMatchObject({ ...facts, transport: null })
    const largeError = kept(await serveAnswer(503, 'x'.repeat(1_100_000), 'text/html'))
    expect(await redeploy(largeError.url)).toMatchObject({ outcome: 'transient', httpStatus: 503 })
  })

  it('ends what is under way when the client is closed', async () => {
    const silent = kept(await serve(() => {}))
    const one = createRedeployClient({ reach: 'all' })
    const call = redeploy(silent.url, { timeoutMs: 60_000 }, one)
    await expect.poll(() => silent.requests.length, soon).toBe(1)
    await one.close()
    expect(await call).toMatchObject({ outcome: 'unknown' })
    expect(await redeploy(silent.url, {}, one)).toMatchObject({ outcome: 'not_connected' })
  })
})

describe('an enumeration', () => {
  it('is a dry run with the token, and its transport failures have the same names', async () => {
    const list = JSON.stringify({ ok: true, results: [{ slug: 'a', phase: 'batch-1', ssm_status: 'DryRun' }] })
    const server = kept(await serveAnswer(200, list))
    const one = client()
    const ask = (url: string, timeoutMs = 2000) => one.enumerate({ url, token }, { tag: 'staging-abcdef1', timeoutMs })
    expect(await ask(server.url)).toMatchObject({
      outcome: 'enumerated',
      targets: [{ slug: 'a', phase: 'batch-1' }],
      httpStatus: 200,
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      target_tag: 'staging-abcdef1',
      dry_run: true,
      confirm: true,
    })
    expect(await ask(`http://127.0.0.1:${await deadPort()}`)).toMatchObject({
      outcome: 'not_connected',
      retryable: true,
      targets: [],
    })
    const silent = kept(await serve(() => {}))
    expect(await ask(silent.url, 100)).toMatchObject({
      outcome: 'unknown',
      retryable: true,
      transport: { code: 'timeout_read' },
    })
  })

  it('has room for the list of a large fleet', async () => {
    const results = Array.from({ length: 20_000 }, (_, index) => ({
      slug: `tenant-with-a-long-name-${index}`,
      phase: 'batch-1',
      ssm_status: 'DryRun',
    }))
    const server = kept(await serveAnswer(200, JSON.stringify({ ok: true, results })))
    const list = await client().enumerate({ url: server.url, token }, { tag: 't1' })
    expect(list.targets).toHaveLength(20_000)
  })
})

describe('the token', () => {
  it('is in no answer, whatever the control plane sends back', async () => {
    const one = client()
    const said: string[] = []
    const hold = async (call: Promise<unknown>) => {
      said.push(
        await call.then(
          (answer) => JSON.stringify(answer),
          (error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
        ),
      )
    }
    const bodies = [
      JSON.stringify({ ok: false, error: `Bearer ${token} was bad`, message: token }),
      JSON.stringify({ ok: true, results: [{ ...row, error: `got ${token}`, ssm_status: token, phase: token }] }),
      JSON.stringify({ ok: true, results: [{ slug: token }, { slug: `${token}/`, phase: token }] }),
      JSON.stringify({ ok: false, error: { message: token } }),
      JSON.stringify({
        ok: false,
        error: { deep: [token, encodeURIComponent(token), Buffer.from(token).toString('base64')] },
      }),
      `<html><title>${token}</title>`,
      `${'x '.repeat(240)}${token}`,
      token,
      '',
    ]
    for (const status of [200, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503, 524]) {
      for (const body of bodies) {
        const server = await serveAnswer(status, status === 204 ? '' : body, 'application/json', {
          location: `http://127.0.0.1:1/${token}`,
          server: token,
        })
        await hold(redeploy(server.url, {}, one))
        await hold(one.enumerate({ url: server.url, token }, { tag: 't1', timeoutMs: 2000 }))
        await server.close()
      }
    }
    const raw = [`HTTP/1.1 200 OK\r\nx: ${token}`, `${token}\r\n\r\n`, `HTTP/1.1 ${token}\r\n\r\n`]
    for (const bytes of raw) {
      const server = await serveRaw((socket) => socket.once('data', () => socket.end(bytes)))
      await hold(redeploy(server.url, {}, one))
      await server.close()
    }
    await hold(redeploy(`http://127.0.0.1:${await deadPort()}`, {}, one))
    await hold(redeploy(`http://${token}.invalid`, {}, one))
    await hold(redeploy(`ftp://${token}`, {}, one))
    await hold(redeploy(`http://u:${token}@127.0.0.1`, {}, one))
    await hold(
      one.redeploy({ url: 'http://127.0.0.1:1', token: `${token}\n` }, { slugs: ['a'], tag: 't', timeoutMs: 100 }),
    )
    await hold(redeploy('http://127.0.0.1:1', { slugs: [] }, one))

    expect(said.length).toBe(12 * bodies.length * 2 + raw.length + 6)
    const forms = [token, encodeURIComponent(token), Buffer.from(token).toString('base64')]
    for (const text of said) for (const form of forms) expect(text.toLowerCase()).not.toContain(form.toLowerCase())
    // Part of it would do as well for somebody who reads along.
    for (const text of said) expect(text.toLowerCase()).not.toContain(token.toLowerCase().slice(0, 16))
  })

  it('is never sent to another origin, whatever a redirect says', async () => {
    const elsewhere = kept(await serveAnswer(200, success))
    for (const status of [301, 302, 303, 307, 308]) {
      const server = kept(
        await serveAnswer(status, '', null, { location: `${elsewhere.url}/cp/admin/tenants/redeploy-fleet` }),
      )
      const answer = await redeploy(server.url)
      expect(answer).toMatchObject({ outcome: 'protocol_error', httpStatus: status })
      expect(answer.message).toMatch(/redirect/)
      expect(await client().enumerate({ url: server.url, token }, { tag: 't1' })).toMatchObject({
        outcome: 'protocol_error',
      })
    }
    expect(elsewhere.connections()).toBe(0)
  })

  it('is not sent with a probe, also not to the origin of the control plane', async () => {
    const server = kept(await serveAnswer(200, success))
    const one = client()
    await redeploy(server.url, {}, one)
    await one.readBuildinfo({ url: `${server.url}/t/a/buildinfo` })
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${token}`, undefined])
  })
})
