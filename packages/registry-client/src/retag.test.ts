import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  actsAndBreaks,
  actsAndFailsWith,
  actsAndHangs,
  answersWithHeaders,
  breaks,
  breaksOff,
  type Fault,
  failsWith,
  hangs,
} from './testing/index.ts'
import { before, index, tagWorld } from './testing/tag-world.ts'

const open: { close(): Promise<void> }[] = []
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const world = async (options = {}) => kept(await tagWorld(options))

describe('a move whose PUT goes wrong', () => {
  it.each([
    ['is never answered although it was done', actsAndHangs, true, { transport: { code: 'timeout_read' } }],
    ['is never answered and was not done', hangs, false, { transport: { code: 'timeout_read' } }],
    ['breaks although it was done', actsAndBreaks, true, { transport: { code: 'reset' } }],
    ['breaks before it was done', breaks, false, { transport: { code: 'reset' } }],
  ] as const)(
    'is unknown when it %s: written once, never verified, to be read back',
    async (_, fault, acted, facts) => {
      const { retag, faultAt, latest, methods } = await world()
      faultAt('PUT', fault)
      expect(await retag({ timeoutMs: 400 })).toMatchObject({
        ...{ outcome: 'unknown', tag: 'unknown', step: 'write', owes: 'look_before_retry', retryable: true },
        ...{ digest: index.digest, foundDigest: null, httpStatus: null, requests: 2 },
        ...facts,
      })
      expect(methods()).toEqual(['GET', 'PUT'])
      expect(latest()).toBe(acted ? index.digest : before.digest)
    },
  )

  it.each([
    ['500 although it was done', actsAndFailsWith(500), true],
    ['502 although it was done', actsAndFailsWith(502), true],
    ['503 and was not done', failsWith(503), false],
    ['504 and was not done', failsWith(504), false],
  ])('is to be read back after a %s', async (_, fault, acted) => {
    const { retag, faultAt, latest, methods } = await world()
    faultAt('PUT', fault)
    expect(await retag()).toMatchObject({
      ...{ outcome: 'transient', tag: 'unknown', step: 'write', owes: 'look_before_retry', retryable: true },
    })
    expect(methods()).toEqual(['GET', 'PUT'])
    expect(latest()).toBe(acted ? index.digest : before.digest)
  })

  it.each([
    [400, 'MANIFEST_INVALID', 'refused', false],
    [400, 'MANIFEST_BLOB_UNKNOWN', 'refused', false],
    [403, 'DENIED', 'denied', false],
    [404, 'NAME_UNKNOWN', 'absent', false],
    [405, 'UNSUPPORTED', 'unsupported', false],
    [413, 'UNKNOWN', 'refused', false],
    [429, 'TOOMANYREQUESTS', 'throttled', true],
  ] as const)('left the tag alone when it was declined with %i %s', async (status, code, outcome, retryable) => {
    const { retag, faultAt, latest, methods, waits } = await world()
    faultAt('PUT', failsWith(status, {}, code))
    expect(await retag()).toMatchObject({
      ...{ outcome, httpStatus: status, tag: 'untouched', step: 'write', owes: 'nothing', retryable },
    })
    expect(methods()).toEqual(['GET', 'PUT'])
    expect(latest()).toBe(before.digest)
    expect(waits).toEqual([])
  })

  it('says how long to wait when it was told to slow down, and does not write again by itself', async () => {
    const { retag, faultAt, methods } = await world()
    faultAt('PUT', failsWith(429, { 'retry-after': '7' }, 'TOOMANYREQUESTS'))
    expect(await retag()).toMatchObject({ outcome: 'throttled', code: 'TOOMANYREQUESTS', retryAfterMs: 7000 })
    expect(methods()).toEqual(['GET', 'PUT'])
  })

  it('is a mismatch when the registry says that it stored something else', async () => {
    const { retag, faultAt } = await world()
    faultAt('PUT', answersWithHeaders({ 'docker-content-digest': before.digest }))
    expect(await retag()).toMatchObject({ outcome: 'mismatch', tag: 'unknown', step: 'write', owes: 'look' })
  })
})

describe('a move whose reading back goes wrong', () => {
  it('is unknown when the tag cannot be read, and says why', async () => {
    const { retag, faultAt, methods } = await world()
    faultAt('HEAD', hangs)
    expect(await retag({ timeoutMs: 400 })).toMatchObject({
      ...{ outcome: 'unknown', tag: 'unknown', step: 'verify', owes: 'look_before_retry' },
      ...{ transport: { code: 'timeout_read' }, message: expect.stringContaining('could not be read back') },
    })
    expect(methods()).toEqual(['GET', 'PUT', 'HEAD'])
  })

  it('is unknown when the tag is gone', async () => {
    const { registry, retag } = await world()
    registry.setFault(({ method }) => {
      if (method === 'HEAD') registry.store.move('demo/tenant', 'latest', null)
      return null
    })
    expect(await retag()).toMatchObject({ outcome: 'unknown', tag: 'unknown', step: 'verify', httpStatus: 404 })
  })

  it('is a mismatch that names what was found, when somebody else moved the tag in between', async () => {
    const { registry, retag } = await world()
    registry.setFault(({ method }) => {
      if (method === 'HEAD') registry.store.move('demo/tenant', 'latest', before.digest)
      return null
    })
    expect(await retag()).toMatchObject({
      ...{ outcome: 'mismatch', tag: 'unknown', step: 'verify', owes: 'look' },
      ...{ digest: index.digest, foundDigest: before.digest, requests: 3 },
    })
  })

  it('is read again after a passing trouble: reading changes nothing', async () => {
    const { retag, faultAt, methods, waits } = await world()
    faultAt('HEAD', failsWith(503), breaks, failsWith(500))
    expect(await retag()).toMatchObject({ outcome: 'moved', requests: 6 })
    expect(methods()).toEqual(['GET', 'PUT', 'HEAD', 'HEAD', 'HEAD', 'HEAD'])
    expect(waits).toEqual([100, 200, 400])
  })

  it('costs a fourth request where a HEAD does not name the digest', async () => {
    const { retag, faultAt, methods } = await world()
    faultAt('HEAD', answersWithHeaders({ 'docker-content-digest': undefined }))
    expect(await retag()).toMatchObject({ outcome: 'moved', requests: 4 })
    expect(methods()).toEqual(['GET', 'PUT', 'HEAD', 'GET'])
  })
})

describe('whatever goes wrong', () => {
  it('what is said of the tag is true, and it is written at most once', async () => {
    const faults: Record<string, Fault | null> = {
      ...{ none: null, breaks, actsAndBreaks, breaksOff },
      ...{
        500: failsWith(500),
        503: actsAndFailsWith(503),
        429: failsWith(429),
        403: failsWith(403),
        404: failsWith(404),
      },
      lies: answersWithHeaders({ 'docker-content-digest': before.digest }),
      silent: answersWithHeaders({ 'docker-content-digest': undefined }),
    }
    const { registry, retag, latest, clock } = await world()
    const seen = new Set<string>()
    const some = fc.array(fc.constantFrom(...Object.keys(faults), 'none', 'none'), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(some, async (sequence) => {
        registry.setFault(undefined)
        registry.store.move('demo/tenant', 'latest', before.digest)
        registry.requests.length = 0
        clock.ms += 3_600_000
        registry.setFault(() => faults[sequence[registry.requests.length - 1] ?? 'none'])
        const answer = await retag()
        seen.add(`${answer.tag} ${answer.step}`)
        if (answer.tag === 'moved') expect(latest()).toBe(index.digest)
        if (answer.tag === 'untouched') expect(latest()).toBe(before.digest)
        expect(registry.requests.filter(({ method }) => method === 'PUT').length).toBeLessThanOrEqual(1)
        expect(answer.requests).toBe(registry.requests.length)
        expect(answer.outcome === 'moved').toBe(answer.tag === 'moved')
        if (answer.tag === 'unknown') expect(answer.owes).not.toBe('nothing')
        else expect(answer.owes).toBe('nothing')
      }),
      { numRuns: 400 },
    )
    expect([...seen].sort()).toEqual(
      ['moved verify', 'unknown verify', 'unknown write', 'untouched read', 'untouched write'].sort(),
    )
  })
})

describe('right before the tag is written', () => {
  it('the caller is asked, and a sentence holds the move back', async () => {
    const { retag, methods, latest } = await world()
    const asked: unknown[] = []
    const beforePut = (found: object) => {
      asked.push([found, methods()])
      return 'a newer build has taken over'
    }
    expect(await retag({ beforePut })).toMatchObject({
      ...{ outcome: 'held', tag: 'untouched', owes: 'nothing', message: 'a newer build has taken over', requests: 1 },
    })
    expect(asked).toEqual([[{ digest: index.digest, mediaType: index.mediaType }, ['GET']]])
    expect(latest()).toBe(before.digest)
    expect(await retag({ beforePut: async () => null })).toMatchObject({ outcome: 'moved' })
  })

  it('is the last moment: a pause that the host asks for meanwhile ends the move instead of delaying it', async () => {
    const { registry, client, retag, faultAt, methods, waits } = await world()
    faultAt('HEAD', failsWith(429, { 'retry-after': '60' }, 'TOOMANYREQUESTS'))
    const beforePut = async () => {
      await client.headManifest(registry, 'demo/tenant', 'other')
      return null
    }
    expect(await retag({ beforePut })).toMatchObject({
      ...{ outcome: 'throttled', tag: 'untouched', step: 'write', owes: 'nothing', retryAfterMs: 60_000 },
    })
    expect(methods()).toEqual(['GET', 'HEAD'])
    expect(waits).toEqual([])
  })

  it('what the caller throws is thrown, and nothing is written', async () => {
    const { retag, methods } = await world()
    const beforePut = () => Promise.reject(new Error('the journal is full'))
    await expect(retag({ beforePut })).rejects.toThrow('the journal is full')
    expect(methods()).toEqual(['GET'])
  })
})
