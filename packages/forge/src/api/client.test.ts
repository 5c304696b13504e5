import { afterEach, describe, expect, it } from 'vitest'
import { deadPort, type ForgeFault, forgeToken, serve, serveRaw, startForge, type TestForge } from '../testing/index.ts'
import { createForgeClient, type ForgeClient } from './client.ts'

const open: { close(): Promise<void> }[] = []
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const client = (options = {}): ForgeClient => kept(createForgeClient({ reach: 'all', ...options }))
const forge = async (options: Partial<Parameters<typeof startForge>[0]> = {}): Promise<TestForge> =>
  kept(await startForge({ kind: 'github', ...options }))
const order = {
  repo: 'acme/infra',
  workflow: '.github/workflows/deploy.yaml',
  ref: 'main',
  inputs: { deploy_name: 'infra' },
}

describe('dispatching a workflow', () => {
  it('speaks GitHub to GitHub', async () => {
    const server = await forge()
    expect(await client().dispatch(server.access, order)).toEqual({ outcome: 'accepted', runId: null })
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', url: '/repos/acme/infra/actions/workflows/deploy.yaml/dispatches' })
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${forgeToken}`,
      accept: 'application/vnd.github+json',
      'user-agent': expect.stringMatching(/^Rollcall\//),
    })
    expect(JSON.parse(request?.body ?? '')).toEqual({ ref: 'main', inputs: { deploy_name: 'infra' } })
  })

  it('speaks Gitea to Gitea', async () => {
    const server = await forge({ kind: 'gitea' })
    expect(await client().dispatch(server.access, order)).toEqual({ outcome: 'accepted', runId: null })
    expect(server.requests[0]).toMatchObject({
      url: '/api/v1/repos/acme/infra/actions/workflows/deploy.yaml/dispatches',
      headers: { authorization: `token ${forgeToken}` },
    })
  })

  it.each(['github', 'gitea'] as const)('learns its run from a %s that tells', async (kind) => {
    const server = await forge({ kind, tellsRun: true })
    expect(await client().dispatch(server.access, order)).toEqual({ outcome: 'accepted', runId: 1000 })
    // asked for only where it is known, because some servers refuse the question
    const { tellsRun: _, ...access } = server.access
    expect(await client().dispatch(access, order)).toEqual({ outcome: 'accepted', runId: null })
  })

  it.each([
    ['another ref', { ref: 'gone' }, 'No ref found'],
    ['an input that it does not take', { inputs: { nope: 'x' } }, 'Unexpected inputs'],
    ['another repository', { repo: 'acme/other' }, 'not there, or not for this token'],
    ['another workflow', { workflow: 'other.yml' }, 'not there, or not for this token'],
  ])('is refused for %s, in the words of the forge', async (_, change, said) => {
    const server = await forge()
    expect(await client().dispatch(server.access, { ...order, ...change })).toMatchObject({
      outcome: 'refused',
      failure: { message: expect.stringContaining(said) },
    })
    expect(server.runs).toHaveLength(0)
  })

  const faults: [ForgeFault, string, string, number][] = [
    ['silent_after_acting', 'unknown', 'unknown', 1],
    ['hang_up_after_acting', 'unknown', 'unknown', 1],
    ['server_error', 'unknown', 'transient', 0],
    ['bad_gateway', 'unknown', 'transient', 0],
    ['moved', 'unknown', 'protocol_error', 0],
    ['html', 'unknown', 'protocol_error', 0],
    ['not_json', 'unknown', 'protocol_error', 0],
    ['rate_limited', 'not_sent', 'limited', 0],
    ['echo_token', 'refused', 'refused', 0],
  ]
  it.each(faults)('that meets %s is %s, asked once, and shows no token', async (fault, outcome, trouble, runs) => {
    const server = await forge()
    server.failNext(fault)
    const dispatch = await client().dispatch(server.access, { ...order, timeoutMs: 1000 })
    expect(dispatch).toMatchObject({ outcome, failure: { trouble } })
    expect(server.requests).toHaveLength(1)
    expect(server.runs).toHaveLength(runs)
    expect(JSON.stringify(dispatch)).not.toContain(forgeToken)
    if (fault === 'rate_limited') expect(dispatch).toMatchObject({ failure: { retryAfterSeconds: 7, retryable: true } })
  })

  it('is not sent where nobody can be reached, and may simply be given again', async () => {
    const server = await forge()
    const urls = [
      `http://127.0.0.1:${await deadPort()}`,
      'http://no-such-host.invalid',
      server.url.replace('http:', 'https:'),
      'http://169.254.169.254',
    ]
    for (const url of urls) {
      expect(await client().dispatch({ ...server.access, url }, order), url).toMatchObject({
        outcome: 'not_sent',
        failure: { trouble: 'not_connected', retryable: true },
      })
    }
    const refusing = client({ reach: [] })
    expect(await refusing.dispatch(server.access, order)).toMatchObject({ outcome: 'not_sent' })
    const signal = AbortSignal.abort()
    expect(await client().dispatch(server.access, { ...order, signal })).toMatchObject({ outcome: 'not_sent' })
    expect(server.requests).toHaveLength(0)
  })

  it('throws for what cannot be asked before anything is sent', async () => {
    const server = await forge()
    const wrong: [Partial<typeof order & { timeoutMs: number }>, object?][] = [
      [{ repo: 'infra' }],
      [{ repo: 'acme/../infra' }],
      [{ repo: 'acme/infra/x' }],
      [{ repo: 'acme/infra?x' }],
      [{ workflow: 'deploy' }],
      [{ workflow: '..' }],
      [{ timeoutMs: 0 }],
      [{}, { token: '' }],
      [{}, { token: 'a\r\nb: c' }],
      [{}, { url: 'nowhere' }],
      [{}, { url: 'ftp://127.0.0.1' }],
      [{}, { url: server.url.replace('//', '//u:p@') }],
      [{}, { url: `${server.url}/?x` }],
      [{}, { url: `${server.url}/%2f` }],
    ]
    for (const [change, access] of wrong) {
      const call = client().dispatch({ ...server.access, ...access }, { ...order, ...change })
      await expect(call, JSON.stringify([change, access])).rejects.toThrow(TypeError)
    }
    expect(server.connections()).toBe(0)
  })
})

describe('every question', () => {
  it('ends at its deadline, also inside an answer, and when nobody waits any more', async () => {
    const slow = kept(
      await serve((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"id":')
      }),
    )
    const access = { kind: 'github', url: slow.url, token: forgeToken } as const
    const late = await client().readRun(access, { repo: 'acme/infra', runId: 1, timeoutMs: 1000 })
    expect(late).toMatchObject({ ok: false, trouble: 'unknown', transport: 'timeout', httpStatus: 200 })
    const abort = new AbortController()
    const call = client().readRun(access, { repo: 'acme/infra', runId: 1, signal: abort.signal })
    await expect.poll(() => slow.requests.length).toBe(2)
    abort.abort()
    expect(await call).toMatchObject({ ok: false, trouble: 'unknown', transport: 'aborted' })
  })

  it('has enough after eight mebibytes', async () => {
    const endless = kept(
      await serve((_, response) => {
        response.writeHead(200)
        response.end('x'.repeat(9 * 1024 * 1024))
      }),
    )
    const access = { kind: 'gitea', url: endless.url, token: forgeToken } as const
    const answer = await client().readRun(access, { repo: 'acme/infra', runId: 1 })
    expect(answer).toMatchObject({ ok: false, trouble: 'unknown', transport: 'too_large' })
  })

  it('is asked under a path prefix, and only there', async () => {
    const server = await forge({ kind: 'gitea' })
    for (const prefix of ['/git', '/git/', '/git/api/v1']) {
      await client().readRun({ ...server.access, url: `${server.url}${prefix}` }, { repo: 'acme/infra', runId: 1 })
    }
    expect(new Set(server.requests.map(({ url }) => url))).toEqual(
      new Set(['/git/api/v1/repos/acme/infra/actions/runs/1']),
    )
  })

  it('does not carry its token to where it is redirected', async () => {
    const elsewhere = await forge()
    const server = kept(
      await serve((_, response) => {
        response.writeHead(302, { location: `${elsewhere.url}/` })
        response.end()
      }),
    )
    const answer = await client().readRun({ ...elsewhere.access, url: server.url }, { repo: 'acme/infra', runId: 1 })
    expect(answer).toMatchObject({
      ok: false,
      trouble: 'protocol_error',
      message: expect.stringContaining('redirects'),
    })
    expect(elsewhere.requests).toHaveLength(0)
  })

  it('shows no half of its token, wherever a long answer is cut', async () => {
    for (let half = 4; half < forgeToken.length; half++) {
      // hidden as a whole the beginning is short, so that all of the rest is shown
      const said = `password=${'a'.repeat(400)} ${'-'.repeat(500 - 411 - half)} ${forgeToken}`
      const server = kept(await serve((_, response) => void response.writeHead(400).end(said)))
      const answer = await client().readRun(
        { kind: 'github', url: server.url, token: forgeToken },
        { repo: 'acme/infra', runId: 1 },
      )
      expect(JSON.stringify(answer)).not.toContain(forgeToken.slice(0, 4))
    }
  })

  it('survives a server that is none', async () => {
    const rude = kept(await serveRaw((socket) => socket.end('what?\r\n\r\n')))
    const access = { kind: 'github', url: rude.url, token: forgeToken } as const
    expect(await client().readRun(access, { repo: 'acme/infra', runId: 1 })).toMatchObject({
      ok: false,
      trouble: 'unknown',
    })
  })
})
