import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { buildinfoUrl, createRedeployClient } from '@rollcall/redeploy-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exists as processExists } from './pids.ts'
import { type DemoFleet, startDemoFleet } from './testing/index.ts'

/** Waiting is for something, however busy the machine is. */
const soon = { timeout: 10_000, interval: 10 }

const old = 'b'.repeat(40)
const sha = 'a'.repeat(40)

describe('tenants as real processes', () => {
  const many = Array.from({ length: 24 }, (_, index) => `m-${index + 1}`)
  let fleet: DemoFleet
  const client = createRedeployClient({ reach: 'all' })
  beforeAll(async () => {
    fleet = await startDemoFleet({
      environments: {
        staging: [
          { slug: 'acme', sha: old },
          'fresh',
          { slug: 'crash-x', sha: old },
          { slug: 'unhealthy-x', sha: old },
          { slug: 'slow-x', sha: old },
          'crash-new',
        ],
        many,
      },
      timing: { healthSeconds: 1, slowSeconds: 0.2, edgeCacheSeconds: 0.5 },
    })
  })
  afterAll(async () => {
    await client.close()
    await fleet.close()
  })

  const redeploy = (env: string, slugs: string[], tag = sha) =>
    client.redeploy({ url: fleet.env(env).controlPlaneUrl, token: fleet.token }, { slugs, tag, timeoutMs: 20_000 })
  const look = (env: string, slug: string) =>
    client.readBuildinfo({ url: buildinfoUrl(fleet.env(env).tenantUrlTemplate, slug), timeoutMs: 2000 })
  const tenant = async (slug: string, env = 'staging') => {
    const found = (await fleet.tenants(env)).find((one) => one.slug === slug)
    if (found === undefined) throw new Error(`no tenant ${slug}`)
    return found
  }
  const exists = (pid: number | null) => pid !== null && processExists(pid)

  it('start where nothing ran', async () => {
    expect(await look('staging', 'fresh')).toMatchObject({ kind: 'unreachable', reason: 'http_5xx' })
    expect(await redeploy('staging', ['fresh'])).toMatchObject({ outcome: 'accepted' })
    expect(await look('staging', 'fresh')).toMatchObject({ kind: 'sha', sha })
    const calls = (await fleet.record('staging')).filter((item) => item.kind === 'redeploy')
    expect(calls.at(-1)?.perSlug).toMatchObject([{ slug: 'fresh', action: 'start', before: null, after: sha }])
    const { pid, port } = await tenant('fresh')
    expect(exists(pid)).toBe(true)
    expect(port).toBeLessThan(32_768)
  })

  it('are replaced without a moment at which nobody answers, and the old process ends', async () => {
    const before = await tenant('acme')
    let replacing = true
    const seen: string[] = []
    const looking = (async () => {
      while (replacing) {
        const reading = await look('staging', 'acme')
        seen.push(reading.kind === 'sha' ? reading.sha : `${reading.kind} ${reading.detail}`)
      }
    })()
    for (const tag of [sha, old, sha])
      expect(await redeploy('staging', ['acme'], tag)).toMatchObject({ outcome: 'accepted' })
    replacing = false
    await looking
    expect(new Set(seen)).toEqual(new Set([old, sha]))
    const after = await tenant('acme')
    expect(after).toMatchObject({ sha, state: 'running' })
    expect(after.pid).not.toBe(before.pid)
    await expect.poll(() => exists(before.pid), soon).toBe(false)
  })

  it('are left alone when they already run the build', async () => {
    await redeploy('staging', ['fresh'])
    const before = await tenant('fresh')
    expect(await redeploy('staging', ['fresh'])).toMatchObject({ outcome: 'accepted' })
    expect(await tenant('fresh')).toEqual(before)
  })

  it('keep the old build when the new one exits at once or never becomes healthy', async () => {
    for (const slug of ['crash-x', 'unhealthy-x']) {
      const before = await tenant(slug)
      const answer = await redeploy('staging', [slug])
      expect(answer, slug).toMatchObject({ outcome: 'failed', httpStatus: 500, rows: [{ ok: false }] })
      expect(answer.message).toContain('keeps running')
      expect(await tenant(slug)).toEqual(before)
      expect(await look('staging', slug)).toMatchObject({ kind: 'sha', sha: old })
    }
    expect((await redeploy('staging', ['crash-new'])).message).toContain('nothing runs')
    expect(await tenant('crash-new')).toMatchObject({ state: 'nothing', pid: null })
  })

  it('are unreachable when their process died, and the next redeploy starts them', async () => {
    await redeploy('staging', ['acme'], old)
    const { pid } = await tenant('acme')
    process.kill(pid ?? 0, 'SIGKILL')
    await expect.poll(() => exists(pid), soon).toBe(false)
    expect(await look('staging', 'acme')).toMatchObject({ kind: 'unreachable', reason: 'http_5xx', httpStatus: 502 })
    expect(await tenant('acme')).toMatchObject({ state: 'dead' })
    expect(await redeploy('staging', ['acme'], old)).toMatchObject({ outcome: 'accepted' })
    expect(await look('staging', 'acme')).toMatchObject({ kind: 'sha', sha: old })
    const calls = (await fleet.record('staging')).filter((item) => item.kind === 'redeploy')
    expect(calls.at(-1)?.perSlug).toMatchObject([{ action: 'start', before: null, after: old }])
  })

  it('are not confused with another program that has taken the port of a dead one', async () => {
    await redeploy('staging', ['acme'], old)
    const { pid, port } = await tenant('acme')
    process.kill(pid ?? 0, 'SIGKILL')
    await expect.poll(() => exists(pid), soon).toBe(false)
    const stranger = createServer((_, response) => response.end(JSON.stringify({ git_sha: sha, ok: true })))
    // A dead process may hold its port for a moment longer than its name.
    const listening = () =>
      new Promise<boolean>((resolve) => {
        stranger.once('error', () => resolve(false))
        stranger.listen(port ?? 0, '127.0.0.1', () => resolve(true))
      })
    await expect.poll(listening, soon).toBe(true)
    try {
      expect(await look('staging', 'acme')).toMatchObject({ kind: 'unreachable', httpStatus: 502 })
      expect(await redeploy('staging', ['acme'], old)).toMatchObject({ outcome: 'accepted' })
      expect(await look('staging', 'acme')).toMatchObject({ kind: 'sha', sha: old })
    } finally {
      stranger.closeAllConnections()
      await new Promise((resolve) => stranger.close(resolve))
    }
  })

  it('that are slow are shown at their old build, without a gap, until some time after the success', async () => {
    const seen: string[] = []
    let answered = false
    const call = redeploy('staging', ['slow-x']).then((answer) => {
      answered = true
      return answer
    })
    while (!answered) {
      const reading = await look('staging', 'slow-x')
      if (!answered) seen.push(reading.kind === 'sha' ? reading.sha : `${reading.kind} ${reading.detail}`)
    }
    expect(await call).toMatchObject({ outcome: 'accepted' })
    expect(new Set(seen)).toEqual(new Set([old]))
    expect(await look('staging', 'slow-x')).toMatchObject({ sha: old })
    await expect.poll(() => look('staging', 'slow-x'), soon).toMatchObject({ sha })
  })

  it('serve a page and their health, only for GET, and know nothing of the token', async () => {
    const url = fleet.env('staging').tenantUrlTemplate.replace('{slug}', 'fresh')
    const page = await (await fetch(`${url}/`)).text()
    expect(page).toContain('fresh')
    expect(page).toContain(sha)
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true, slug: 'fresh' })
    expect((await fetch(`${url}/nothing`)).status).toBe(404)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
    const { pid } = await tenant('fresh')
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(fleet.token)
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(fleet.token)
    }
  })

  it('come up as a fleet of 24 within seconds, each small', async () => {
    const startedAt = performance.now()
    const answer = await redeploy('many', many)
    expect(answer).toMatchObject({ outcome: 'accepted', missing: [] })
    expect(performance.now() - startedAt).toBeLessThan(8000)
    const readings = await Promise.all(many.map((slug) => look('many', slug)))
    expect(readings.every((reading) => reading.kind === 'sha' && reading.sha === sha)).toBe(true)
    if (process.platform === 'linux') {
      const { pid } = await tenant('m-1', 'many')
      const resident = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
      expect(resident).toBeLessThan(65_000)
    }
  })

  it('of one slug are redeployed one after the other, also when two ask at once', async () => {
    const [first, second] = await Promise.all([
      redeploy('staging', ['fresh'], old),
      redeploy('staging', ['fresh'], sha),
    ])
    expect([first.outcome, second.outcome]).toEqual(['accepted', 'accepted'])
    expect(await look('staging', 'fresh')).toMatchObject({ kind: 'sha' })
    const two = (await fleet.record('staging')).filter((item) => item.kind === 'redeploy').slice(-2)
    const [a, b] = two
      .map((item) => item.perSlug[0])
      .toSorted((x, y) => (x?.startedAt ?? '').localeCompare(y?.startedAt ?? ''))
    expect((a?.endedAt ?? '') <= (b?.startedAt ?? '')).toBe(true)
    expect(b?.before).toBe(a?.after)
  })
})
