import { serveRaw, type TestServer } from '@rollcall/redeploy-client/testing'
import { approveApply, publishBuild } from '@rollcall/services'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { component, missingTokenVariable, sha, wrongTokenVariable } from '../testing/builds.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let silent: TestServer
beforeAll(async () => {
  world = await startWorld()
  await world.worker()
  silent = await serveRaw(() => {})
})
afterAll(async () => {
  await silent.close()
  await world.close()
})

describe.concurrent('a control plane that cannot be used', () => {
  it('is down together with its tenants: failed after the last attempt, never completed', async () => {
    const place = await world.place({ tenants: ['acme'], environment: { maxAttempts: 2 } })
    await place.fleet.kill()
    const { id } = await place.open()
    const apply = await place.untilSettled(id)
    const operation = await place.operation(id, 'acme')
    expect(apply.state).toBe('failed')
    expect(operation).toMatchObject({ failureReason: 'control_plane_unreachable', verdict: 'unreachable', attempt: 2 })
    expect(operation.attempts[0]?.claimTransport).toMatch(/^refused: /)
  })

  it('is down while the tenants answer: failed, and what they run is still known', async () => {
    const place = await world.place({ tenants: ['acme'], environment: { maxAttempts: 1 } })
    await place.redefine({ controlPlaneUrl: 'http://127.0.0.1:9/nobody' })
    const { id } = await place.open()
    expect((await place.untilSettled(id)).state).toBe('failed')
    expect(await place.operation(id, 'acme')).toMatchObject({
      failureReason: 'control_plane_unreachable',
      observedSha: sha.old,
      verdict: 'stale',
    })
    expect((await place.targets()).acme).toMatchObject({ verdict: 'stale', observedSha: sha.old })
    expect((await place.record()).calls()).toEqual([])
  })

  it('takes the call and never answers: an unknown outcome, read back at the tenant', async () => {
    const place = await world.place({ tenants: ['acme'], environment: { maxAttempts: 1, redeployTimeoutSeconds: 1 } })
    await place.redefine({ controlPlaneUrl: `${silent.url}/silent` })
    const { id } = await place.open()
    expect((await place.untilSettled(id)).state).toBe('failed')
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({ failureReason: 'outcome_unknown', claim: 'no answer', observedSha: sha.old })
    expect(operation.attempts[0]?.looks).toBeGreaterThan(3)
  })

  it('does not accept the token: refused at once, in words that do not hold it', async () => {
    const place = await world.place({ tenants: ['acme'] })
    await place.redefine({ controlPlaneTokenEnv: wrongTokenVariable })
    const { id } = await place.open()
    const apply = await place.untilSettled(id)
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({ state: 'failed', failureReason: 'refused', attempt: 1 })
    expect(operation.attempts[0]).toMatchObject({ claimHttpStatus: 401 })
    expect(JSON.stringify({ apply, operation })).not.toContain('not-the-token')
    expect((await place.targets()).acme?.observedSha).toBe(sha.old)
  })

  it('has no token on this worker: refused by name of the variable, without a call', async () => {
    const place = await world.place({ tenants: ['acme'] })
    await place.redefine({ controlPlaneTokenEnv: missingTokenVariable })
    const { id } = await place.open()
    expect((await place.untilSettled(id)).state).toBe('failed')
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({ failureReason: 'refused', claim: null })
    expect(operation.failureDetail).toContain(missingTokenVariable)
    expect((await place.record()).calls()).toEqual([])
  })

  it('does not know the tag: refused with 400 and not asked again', async () => {
    const unknown = 'f'.repeat(39)
    const build = `1${unknown}`
    await publishBuild(world.ctx, {
      component,
      sha: build,
      branch: 'main',
      tag: 'main-nowhere',
      committedAt: '2026-02-01T00:00:00Z',
    })
    const place = await world.place({ tenants: ['acme'] })
    const { id } = await place.open({ sha: build })
    expect((await place.untilSettled(id)).state).toBe('failed')
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({ failureReason: 'refused', attempt: 1, observedSha: sha.old })
    expect(operation.failureDetail).toContain('knows no image')
    const items = (await place.record()).items.filter((item) => item.kind === 'redeploy' && !item.dryRun)
    expect(items).toHaveLength(1)
  })
})

describe.concurrent('never backward', () => {
  it('a newer build that the tenant runs by now is left alone, and no call is made', async () => {
    const place = await world.place({ tenants: ['acme'] })
    const { id } = await place.open({ requiresApproval: true })
    await place.bringPast(world.deps.client, 'acme', sha.newest)
    const before = (await place.record()).calls().length
    await approveApply(world.ctx, { id })
    expect((await place.untilSettled(id)).state).toBe('failed')
    expect(await place.operation(id, 'acme')).toMatchObject({
      failureReason: 'newer_took_over',
      verdict: 'ahead',
      observedSha: sha.newest,
      claim: null,
    })
    expect((await place.record()).calls()).toHaveLength(before)
  })

  it('a newer build that arrives while the answer is awaited ends the wait', async () => {
    const place = await world.place({ tenants: ['lies-acme'], environment: { settleBudgetSeconds: 30 } })
    const { id } = await place.open()
    await place.untilOperation(id, 'lies-acme', 'is settling', ({ phase }) => phase === 'settling')
    await place.fleet.setFault(place.slug, 'lies-acme', 'none')
    await place.bringPast(world.deps.client, 'lies-acme', sha.newest)
    const apply = await place.untilSettled(id, 10)
    expect(apply.firstFailure).toMatchObject({ reason: 'newer_took_over', observedSha: sha.newest })
  })

  it('a build whose order nobody knows is left alone when it was not there at planning', async () => {
    const place = await world.place({ tenants: ['acme'] })
    const { id } = await place.open({ requiresApproval: true })
    const stranger = 'abcdef'.repeat(7).slice(0, 40)
    await place.fleet.putImage(place.slug, `main-${stranger.slice(0, 7)}`, stranger)
    await place.bringPast(world.deps.client, 'acme', stranger)
    await approveApply(world.ctx, { id })
    await place.untilSettled(id)
    const operation = await place.operation(id, 'acme')
    expect(operation).toMatchObject({ failureReason: 'newer_took_over', observedSha: stranger, claim: null })
    expect(operation.failureDetail).toContain('left alone')
  })
})
