import { afterEach, describe, expect, it } from 'vitest'
import { actsAndHangs, deadPort, failsWith, serveRaw, startFakeRegistry } from './testing/index.ts'
import { tagWorld } from './testing/tag-world.ts'

const open: { close(): Promise<void> }[] = []
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const world = async (options = {}) => kept(await tagWorld(options))

describe('a host that asks for a pause', () => {
  it('gets it, for every request that goes there, and then the answer is had', async () => {
    const { client, registry, faultAt, waits, clock } = await world()
    faultAt('HEAD', failsWith(429, { 'retry-after': '5' }, 'TOOMANYREQUESTS'))
    const head = () => client.headManifest(registry, 'demo/tenant', 'source')
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 2 })
    expect(waits).toEqual([5000])
    expect(clock.ms).toBe(5000)
    faultAt('HEAD', failsWith(429), failsWith(429))
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 3 })
    expect(waits).toEqual([5000, 1000, 2000])
    faultAt('HEAD', failsWith(503, { 'retry-after': '3' }))
    expect(await head()).toMatchObject({ outcome: 'ok', requests: 2 })
    expect(clock.ms).toBeGreaterThanOrEqual(11_000)
  })

  it('is left alone when the pause is longer than we wait: nobody else asks there until it is over', async () => {
    const { client, registry, faultAt, waits, clock, methods } = await world()
    faultAt('HEAD', failsWith(429, { 'retry-after': '3600' }, 'TOOMANYREQUESTS'))
    const throttled = { outcome: 'throttled', retryable: true, owes: 'nothing' }
    expect(await client.headManifest(registry, 'demo/tenant', 'source')).toMatchObject({
      ...{ ...throttled, retryAfterMs: 3_600_000, requests: 1, message: expect.stringContaining('pause of 3600 s') },
    })
    clock.ms += 600_000
    expect(await client.retag(registry, 'demo/tenant', 'source', 'latest')).toMatchObject({
      ...{ ...throttled, retryAfterMs: 3_000_000, requests: 0, tag: 'untouched' },
    })
    expect(methods()).toEqual(['HEAD'])
    expect(waits).toEqual([])
    clock.ms += 3_000_000
    expect(await client.headManifest(registry, 'demo/tenant', 'source')).toMatchObject({ outcome: 'ok' })
  })

  it('may ask again and again only within what one call is ready to wait', async () => {
    const { client, registry, waits } = await world({ maxPauseMs: 10_000 })
    registry.setFault(() => failsWith(429, { 'retry-after': '4' }))
    expect(await client.headManifest(registry, 'demo/tenant', 'source')).toMatchObject({
      ...{ outcome: 'throttled', retryAfterMs: 4000, requests: 3 },
    })
    expect(waits).toEqual([4000, 4000])
  })

  it('does not make a pause of nothing into a hammering', async () => {
    const { client, registry, waits } = await world()
    registry.setFault(() => failsWith(429, { 'retry-after': '0' }))
    const answer = await client.headManifest(registry, 'demo/tenant', 'source')
    expect(answer).toMatchObject({ outcome: 'throttled', requests: 10 })
    expect(waits).toEqual(Array.from({ length: 9 }, () => 100))
  })
})

describe('a question that gets nowhere', () => {
  const facts = { outcome: 'not_connected', retryable: true, owes: 'nothing', httpStatus: null, requests: 0 }
  it('is not connected, and the tag is untouched', async () => {
    const { client } = await world({ connectTimeoutMs: 200 })
    const at = (url: string, ask = {}) => client.retag({ url }, 'demo/tenant', 'a', 'b', { timeoutMs: 5000, ...ask })
    const untouched = { ...facts, tag: 'untouched' }
    expect(await at(`http://127.0.0.1:${await deadPort()}`)).toMatchObject({
      ...untouched,
      transport: { code: 'refused' },
    })
    expect(await at('https://no-such-host.invalid')).toMatchObject({ ...untouched, transport: { code: 'dns' } })
    expect(await at('https://169.254.169.254')).toMatchObject({ ...untouched, transport: { code: 'other' } })
    const silent = kept(await serveRaw(() => {}))
    const tls = silent.url.replace('http:', 'https:')
    expect(await at(tls)).toMatchObject({ ...untouched, transport: { code: 'timeout_connect' } })
    const plain = kept(await startFakeRegistry())
    expect(await at(plain.url.replace('http:', 'https:'))).toMatchObject({ ...untouched, transport: { code: 'tls' } })
    expect(await at(plain.url, { signal: AbortSignal.abort() })).toMatchObject({
      ...{ ...untouched, transport: { code: 'aborted' } },
    })
    expect(plain.requests).toHaveLength(0)
  })

  it('may be forbidden to reach into the own network', async () => {
    const { client, registry } = await world({ reach: [] })
    const answer = await client.headManifest(registry, 'demo/tenant', 'source')
    expect(answer).toMatchObject({ ...facts, message: expect.stringContaining('may connect to') })
    expect(registry.requests).toHaveLength(0)
  })

  it('ends when the caller gives up, and what was under way is unknown', async () => {
    const { registry, retag, faultAt } = await world()
    faultAt('PUT', actsAndHangs)
    const abort = new AbortController()
    const moving = retag({ signal: abort.signal })
    await expect.poll(() => registry.requests.length).toBe(2)
    abort.abort()
    expect(await moving).toMatchObject({ outcome: 'unknown', tag: 'unknown', transport: { code: 'aborted' } })
  })
})
