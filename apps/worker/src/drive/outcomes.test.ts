import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha } from '../testing/builds.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.worker()
})
afterAll(() => world.close())

/** One tenant whose name brings its fault, and how its apply came out. */
async function driveOne(slug: string, options: { environment?: Record<string, unknown>; timing?: object } = {}) {
  const place = await world.place({ tenants: [slug], ...options })
  const { id } = await place.open()
  const apply = await place.untilSettled(id)
  const [operation, record, targets] = await Promise.all([place.operation(id, slug), place.record(), place.targets()])
  return { place, apply, operation, record, target: targets[slug], calls: record.calls(slug).length }
}

describe.concurrent('only the tenant itself settles an operation as completed', () => {
  it('an apply over real tenants completes, and every tenant is fresh by observation', async () => {
    const place = await world.place({ real: true, tenants: ['acme', 'borealis', { slug: 'cobalt', sha: null }] })
    const opened = await place.open({ canary: 'borealis', batchSize: 1 })
    const apply = await place.untilSettled(opened.id)
    expect(apply).toMatchObject({ state: 'completed', releaseStatus: 'completed' })
    const operations = await place.operations(apply.id)
    expect(operations.map(({ slug, kind }) => `${slug} ${kind}`)).toEqual([
      'borealis replace',
      'acme replace',
      'cobalt start',
    ])
    const targets = await place.targets()
    for (const operation of operations) {
      // the claim stands beside the observation, neither in the other's place
      expect(operation).toMatchObject({
        state: 'completed',
        claim: 'Success, healthy, image inspected',
        observedKind: 'sha',
        observedSha: sha.next,
        verdict: 'fresh',
        attempt: 1,
      })
      expect(targets[operation.slug]).toMatchObject({ verdict: 'fresh', expectedSha: sha.next, observedSha: sha.next })
    }
    const record = await place.record()
    expect(record.calls().map(({ slug }) => slug)).toEqual(['borealis', 'acme', 'cobalt'])
    for (const { slug } of operations) expect(record.shown(slug, sha.next)).not.toBeNull()
  })

  it('a control plane that says Success while the old build stays: failed and stale', async () => {
    const { apply, operation, target, calls } = await driveOne('lies-lagoon')
    expect(operation).toMatchObject({
      state: 'failed',
      failureReason: 'stale',
      claim: 'Success, healthy',
      observedSha: sha.old,
      verdict: 'stale',
      attempt: 1,
    })
    expect(operation.attempts[0]).toMatchObject({ claimHttpStatus: 200, claimTransport: null, outcome: 'failed' })
    expect(apply).toMatchObject({ state: 'failed', releaseStatus: 'failed' })
    expect(apply.firstFailure).toMatchObject({ slug: 'lies-lagoon', reason: 'stale', observedSha: sha.old })
    expect(target).toMatchObject({ verdict: 'stale', observedSha: sha.old, expectedSha: sha.next })
    expect(calls).toBe(1)
  })

  it('an address that nobody can be asked at is refused before it stands in the record that somebody was', async () => {
    const place = await world.place({ tenants: ['acme'] })
    const { controlPlaneUrl } = await world.store.db.fleet.findUniqueOrThrow({ where: { id: place.id } })
    // as it may have been stored before it was looked at
    await world.store.db.fleet.update({ where: { id: place.id }, data: { controlPlaneUrl: `${controlPlaneUrl}/?` } })
    const { id } = await place.open()
    await place.untilSettled(id)
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({
      state: 'failed',
      failureReason: 'refused',
      failureDetail: 'the control plane URL must not have a query or a fragment',
      claim: null,
    })
    expect(await world.store.db.attempt.findFirst({ where: { operationId: operation.id } })).toMatchObject({
      askedAt: null,
    })
  })

  it('an address that no tenant can be asked at is a look like any other, and the operation ends', async () => {
    const place = await world.place({ tenants: ['acme'] })
    await world.store.db.fleet.update({ where: { id: place.id }, data: { tenantUrlTemplate: 'https://{slug}' } })
    const { id } = await place.open()
    await place.untilSettled(id)
    expect(await place.operation(id, 'acme')).toMatchObject({
      state: 'failed',
      failureReason: 'unreachable',
    })
    const looked = await world.store.db.currentReading.findFirst({ where: { target: { environmentId: place.id } } })
    expect(looked?.detail).toContain('It cannot be asked')
  })

  it.each([
    ['html-juniper', 'wrong_service'],
    ['down-nimbus', 'unreachable'],
    ['dev-otter', 'unstamped'],
    ['sick-pelican', 'unhealthy'],
  ] as const)('%s accepts the redeploy, but its own answer is %s: failed', async (slug, verdict) => {
    const { apply, operation, target, calls } = await driveOne(slug)
    expect(operation).toMatchObject({ state: 'failed', failureReason: verdict, verdict, observedSha: null })
    expect(operation.claim).toContain('Success')
    expect(apply.state).toBe('failed')
    expect(apply.firstFailure?.slug).toBe(slug)
    expect(target).toMatchObject({ verdict, observedSha: null })
    expect(calls).toBe(1)
  })

  it.each(['crash-quartz', 'unhealthy-raven'])(
    '%s: the control plane reports the failure, which is not repeated',
    async (slug) => {
      const { operation, record, apply, calls } = await driveOne(slug)
      expect(operation).toMatchObject({ state: 'failed', failureReason: 'redeploy_failed', observedSha: sha.old })
      expect(operation.attempts).toHaveLength(1)
      expect(operation.attempts[0]).toMatchObject({ claimHttpStatus: 500 })
      expect(operation.failureDetail).toContain('keeps running')
      expect(apply.state).toBe('failed')
      expect(record.shown(slug, sha.next)).toBeNull()
      expect(calls).toBe(1)
    },
  )

  it('a slow tenant behind an edge that shows the old build for a while is waited for', async () => {
    const { operation, apply, calls } = await driveOne('slow-inlet', {
      environment: { settleBudgetSeconds: 10 },
      timing: { slowSeconds: 0.5, edgeCacheSeconds: 1 },
    })
    expect(operation).toMatchObject({ state: 'completed', verdict: 'fresh', attempt: 1 })
    // it was looked at again and again; how often depends on how busy the machine is
    expect(operation.attempts[0]?.looks).toBeGreaterThan(2)
    expect(apply.state).toBe('completed')
    expect(calls).toBe(1)
  })

  it('a tenant that runs the build already is proven by one look, and nobody is asked', async () => {
    const place = await world.place({ tenants: [{ slug: 'there', sha: sha.next }, 'acme'] })
    const { id } = await place.open()
    expect(await place.untilSettled(id)).toMatchObject({ state: 'completed' })
    const there = await place.operation(id, 'there')
    expect(there).toMatchObject({ kind: 'none', state: 'completed', claim: null, verdict: 'fresh' })
    expect(there.attempts[0]).toMatchObject({ askedAt: null, looks: 1 })
    const record = await place.record()
    expect(record.calls('there')).toEqual([])
    expect(record.calls('acme')).toHaveLength(1)
  })

  it('no tenant that can be reached never gives completed', async () => {
    const place = await world.place({ tenants: ['down-a', 'down-b', 'down-c'] })
    const { id } = await place.open({ onFailure: 'continue', maxStragglers: 3 })
    const apply = await place.untilSettled(id)
    expect(apply.state).toBe('failed')
    expect(apply.counts).toMatchObject({ failed: 3, completed: 0 })
    expect(apply.releaseStatus).toBe('failed')
  })
})

describe.concurrent('an unknown outcome is read back, never blindly repeated', () => {
  it.each([
    ['drops-sable', 'no answer'],
    ['garbles-tundra', 'not understood'],
    ['vanishes-umber', 'no row'],
  ] as const)(
    '%s is redeployed, the answer is "%s": the look proves it, after exactly one call',
    async (slug, claim) => {
      const { operation, apply, record, calls } = await driveOne(slug)
      expect(operation).toMatchObject({
        state: 'completed',
        claim,
        verdict: 'fresh',
        observedSha: sha.next,
        attempt: 1,
      })
      expect(apply.state).toBe('completed')
      expect(calls).toBe(1)
      expect(record.needless()).toEqual([])
    },
  )

  it('a connection that broke is told apart from an HTTP answer', async () => {
    const { operation } = await driveOne('drops-violet')
    expect(operation.attempts[0]).toMatchObject({ claimHttpStatus: null })
    expect(operation.attempts[0]?.claimTransport).toMatch(/^reset: /)
  })

  it('a call without an answer that changed nothing is repeated only after a look, within its attempts', async () => {
    const { operation, apply, record } = await driveOne('stalls-wren', {
      environment: { redeployTimeoutSeconds: 1, settleBudgetSeconds: 1, maxAttempts: 2 },
    })
    expect(operation).toMatchObject({ state: 'failed', failureReason: 'outcome_unknown', observedSha: sha.old })
    expect(operation.attempts.map(({ number, claim }) => `${number} ${claim}`)).toEqual(['2 no answer', '1 no answer'])
    expect(operation.attempts[1]?.claimTransport).toMatch(/^timeout_read: /)
    for (const attempt of operation.attempts) expect(attempt.looks).toBeGreaterThan(3)
    expect(apply.state).toBe('failed')
    expect(record.calls()).toHaveLength(2)
    expect(record.overlapping()).toEqual([])
  })

  it('a temporary error is tried again by itself, and then proven', async () => {
    const { operation, apply, calls } = await driveOne('flaky-ember')
    expect(operation).toMatchObject({ state: 'completed', attempt: 2, verdict: 'fresh' })
    expect(operation.attempts[1]).toMatchObject({
      claim: 'temporary error',
      claimHttpStatus: 503,
      failureReason: 'transient',
    })
    expect(apply.state).toBe('completed')
    expect(calls).toBe(2)
  })
})
