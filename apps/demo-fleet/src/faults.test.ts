import { buildinfoUrl, createRedeployClient } from '@rollcall/redeploy-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultNames } from './faults.ts'
import { type DemoFleet, type RedeployItem, startDemoFleet } from './testing/index.ts'

/** Waiting is for something, however busy the machine is. */
const soon = { timeout: 10_000, interval: 10 }

const old = 'b'.repeat(40)
const sha = 'a'.repeat(40)

describe('faults by name, as a driver meets them', () => {
  let fleet: DemoFleet
  const client = createRedeployClient({ reach: 'all' })
  beforeAll(async () => {
    fleet = await startDemoFleet({
      light: {
        staging: [
          ...faultNames.map((name) => ({ slug: `${name}-x`, sha: old })),
          { slug: 'acme', sha: old },
          { slug: 'slow-new' },
        ],
      },
      timing: { slowSeconds: 0.3, edgeCacheSeconds: 0.5, stallSeconds: 30 },
    })
  })
  afterAll(async () => {
    await client.close()
    await fleet.close()
  })

  const redeploy = (slug: string, timeoutMs = 5000, tag = `staging-${sha}`) =>
    client.redeploy(
      { url: fleet.env('staging').controlPlaneUrl, token: fleet.token },
      { slugs: [slug], tag, timeoutMs },
    )
  const look = (slug: string) =>
    client.readBuildinfo({ url: buildinfoUrl(fleet.env('staging').tenantUrlTemplate, slug), timeoutMs: 2000 })
  const runs = async (slug: string) => (await fleet.tenants('staging')).find((tenant) => tenant.slug === slug)?.sha
  const calls = async (slug: string) =>
    (await fleet.record('staging')).filter(
      (item): item is RedeployItem & typeof item => item.kind === 'redeploy' && (item.slugs ?? []).includes(slug),
    )

  it('stalls: the call hangs until its client leaves, and nothing changed', async () => {
    expect(await redeploy('stalls-x', 200)).toMatchObject({ outcome: 'unknown', transport: { code: 'timeout_read' } })
    await expect.poll(async () => (await calls('stalls-x')).length, soon).toBe(1)
    expect((await calls('stalls-x'))[0]).toMatchObject({ status: null, perSlug: [] })
    expect(await look('stalls-x')).toMatchObject({ kind: 'sha', sha: old })
  })

  it('lies: a success that did not happen, from a control plane that did not look', async () => {
    const answer = await redeploy('lies-x')
    expect(answer).toMatchObject({ outcome: 'accepted', rows: [{ ok: true, verifiedOnTarget: null }] })
    expect(await look('lies-x')).toMatchObject({ kind: 'sha', sha: old })
    expect((await calls('lies-x'))[0]?.perSlug).toMatchObject([{ before: old, after: old, outcome: 'done' }])
  })

  it('flaky: 503 for the first call of each tag, done by the next', async () => {
    expect(await redeploy('flaky-x')).toMatchObject({
      outcome: 'transient',
      httpStatus: 503,
      owes: 'look_before_retry',
    })
    expect(await runs('flaky-x')).toBe(old)
    expect(await redeploy('flaky-x')).toMatchObject({ outcome: 'accepted' })
    expect(await runs('flaky-x')).toBe(sha)
    expect(await redeploy('flaky-x', 5000, old)).toMatchObject({ outcome: 'transient' })
    expect(await redeploy('flaky-x', 5000, old)).toMatchObject({ outcome: 'accepted' })
  })

  it('crash and unhealthy: the row fails and the old build stays', async () => {
    const crashed = await redeploy('crash-x')
    expect(crashed).toMatchObject({
      outcome: 'failed',
      httpStatus: 500,
      rows: [{ ok: false, claim: expect.stringContaining('Failed') }],
    })
    expect(crashed.message).toContain('keeps running')
    expect(await look('crash-x')).toMatchObject({ sha: old })
    expect(await redeploy('unhealthy-x')).toMatchObject({
      outcome: 'failed',
      rows: [{ ok: false, claim: expect.stringContaining('not healthy') }],
    })
    expect(await look('unhealthy-x')).toMatchObject({ sha: old })
  })

  it('slow: it takes its time, and then the edge shows the old build for a while', async () => {
    const answer = await redeploy('slow-x')
    expect(answer.outcome).toBe('accepted')
    expect(answer.latencyMs).toBeGreaterThanOrEqual(290)
    expect(await look('slow-x')).toMatchObject({ kind: 'sha', sha: old })
    await expect.poll(() => look('slow-x'), soon).toMatchObject({ kind: 'sha', sha })
    // Where nothing ran before there is no old build to show.
    await redeploy('slow-new')
    expect(await look('slow-new')).toMatchObject({ kind: 'unreachable', reason: 'http_5xx' })
    await expect.poll(() => look('slow-new'), soon).toMatchObject({ kind: 'sha', sha })
  })

  it('vanishes, garbles, drops: it is done, and the answer does not say so', async () => {
    expect(await redeploy('vanishes-x')).toMatchObject({ outcome: 'partial', missing: ['vanishes-x'] })
    expect(await redeploy('garbles-x')).toMatchObject({ outcome: 'protocol_error', httpStatus: 200 })
    expect(await redeploy('drops-x')).toMatchObject({ outcome: 'unknown', transport: { code: 'reset' } })
    for (const slug of ['vanishes-x', 'garbles-x', 'drops-x'])
      expect(await look(slug)).toMatchObject({ kind: 'sha', sha })
  })

  it('html, down, dev, sick: redeployed without complaint, and each is seen as what it is', async () => {
    const seen = {
      html: { kind: 'wrong_service', httpStatus: 200 },
      down: { kind: 'unreachable', reason: 'reset', httpStatus: null },
      dev: { kind: 'unstamped' },
      sick: { kind: 'unhealthy', httpStatus: 500 },
    }
    for (const [name, reading] of Object.entries(seen)) {
      expect(await look(`${name}-x`)).toMatchObject(reading)
      expect(await redeploy(`${name}-x`)).toMatchObject({ outcome: 'accepted' })
      expect(await look(`${name}-x`)).toMatchObject(reading)
    }
    const served = (await fleet.record('staging')).filter((item) => item.kind === 'served').map((item) => item.slug)
    for (const name of Object.keys(seen)) expect(served).not.toContain(`${name}-x`)
  })

  it('can be switched on for anybody, for a number of times, and off again', async () => {
    await fleet.setFault('staging', 'acme', 'sick', 2)
    expect(await look('acme')).toMatchObject({ kind: 'unhealthy' })
    expect(await look('acme')).toMatchObject({ kind: 'unhealthy' })
    expect(await look('acme')).toMatchObject({ kind: 'sha' })
    await fleet.setFault('staging', 'acme', 'crash')
    expect(await redeploy('acme')).toMatchObject({ outcome: 'failed' })
    await fleet.clearFault('staging', 'acme')
    expect(await redeploy('acme')).toMatchObject({ outcome: 'accepted' })
    await fleet.setFault('staging', 'crash-x', 'none')
    expect(await redeploy('crash-x')).toMatchObject({ outcome: 'accepted' })
    await fleet.clearFault('staging', 'crash-x')
    expect(await redeploy('crash-x', 5000, old)).toMatchObject({ outcome: 'failed' })
  })

  it('switches of calls do not wear off by being looked at', async () => {
    await fleet.setFault('staging', 'acme', 'vanishes', 1)
    await look('acme')
    expect(await redeploy('acme', 5000, old)).toMatchObject({ outcome: 'partial' })
    expect(await redeploy('acme')).toMatchObject({ outcome: 'accepted' })
  })
})
