import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import {
  actsAndBreaks,
  actsAndFailsWith,
  actsAndHangs,
  answersWith,
  answersWithHeaders,
  breaks,
  breaksOff,
  buildImage,
  buildIndex,
  deadHost,
  type Fault,
  failsWith,
  hangs,
  pushImage,
  serveRaw,
  startFakeRegistry,
  type TestServer,
} from './testing/index.ts'

const open: (RegistryClient | TestServer)[] = []
const kept = <T extends RegistryClient | TestServer>(one: T): T => {
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const index = buildIndex({ layerBytes: [10] })
const before = buildImage({ layerBytes: [10] })

/** A registry with `source` and an older `latest`; `waits` is what the client waited, without any time passing. */
async function world(options = {}) {
  const registry = kept(await startFakeRegistry())
  await pushImage(registry, 'demo/tenant', index, ['source'])
  await pushImage(registry, 'demo/tenant', before, ['latest'])
  registry.requests.length = 0
  const clock = { ms: 0 }
  const waits: number[] = []
  const client = kept(
    createRegistryClient({
      now: () => clock.ms,
      wait: async (ms) => {
        waits.push(ms)
        clock.ms += ms
      },
      random: () => 0.5,
      ...options,
    }),
  )
  const faultAt = (method: string, ...faults: (Fault | null)[]) =>
    registry.setFault((request) => (request.method === method ? faults.shift() : null))
  const retag = (ask = {}) => client.retag(registry, 'demo/tenant', 'source', 'latest', { timeoutMs: 2000, ...ask })
  const latest = () => registry.store.digest('demo/tenant', 'latest')
  const methods = () => registry.requests.map(({ method }) => method)
  return { registry, client, clock, waits, faultAt, retag, latest, methods }
}

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
      expect(await retag({ timeoutMs: 150 })).toMatchObject({
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
    expect(await retag({ timeoutMs: 150 })).toMatchObject({
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
    expect(waits).toEqual([200, 400, 800])
  })

  it('costs a fourth request where a HEAD does not name the digest', async () => {
    const { retag, faultAt, methods } = await world()
    faultAt('HEAD', answersWithHeaders({ 'docker-content-digest': undefined }))
    expect(await retag()).toMatchObject({ outcome: 'moved', requests: 4 })
    expect(methods()).toEqual(['GET', 'PUT', 'HEAD', 'GET'])
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

  it('what the caller throws is thrown, and nothing is written', async () => {
    const { retag, methods } = await world()
    const beforePut = () => Promise.reject(new Error('the journal is full'))
    await expect(retag({ beforePut })).rejects.toThrow('the journal is full')
    expect(methods()).toEqual(['GET'])
  })
})

describe('a manifest', () => {
  const lies: [string, Fault, string, RegExp][] = [
    [
      'has a lying digest header',
      answersWithHeaders({ 'docker-content-digest': before.digest }),
      'mismatch',
      /calls it/,
    ],
    ['has a digest header that is none', answersWithHeaders({ 'docker-content-digest': 'x' }), 'mismatch', /calls it/],
    ['is not typed', answersWithHeaders({ 'content-type': undefined }), 'protocol_error', /without a type/],
    ['is a web page', answersWithHeaders({ 'content-type': 'text/html' }), 'protocol_error', /text\/html/],
    [
      'is of the old form',
      answersWithHeaders({ 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }),
      ...(['protocol_error', /old form/] as const),
    ],
    [
      'is typed as something that it is not',
      answersWithHeaders({ 'content-type': buildImage({ format: 'docker' }).mediaType }),
      ...(['protocol_error', /not a manifest/] as const),
    ],
    [
      'says another type than its header',
      answersWithHeaders({ 'content-type': buildIndex({ format: 'docker' }).mediaType }),
      ...(['protocol_error', /the document says/] as const),
    ],
    ['is encoded', answersWithHeaders({ 'content-encoding': 'gzip' }), 'protocol_error', /encoded as gzip/],
    [
      'is too large',
      answersWith(() => ({ body: Buffer.alloc(4 * 1024 * 1024 + 1, ' ') })),
      ...(['protocol_error', /larger than 4194304 bytes/] as const),
    ],
    [
      'is other bytes than its name',
      answersWith(({ body, headers }) => ({
        ...{
          body: Buffer.concat([body, Buffer.from('\n')]),
          headers: { 'content-type': headers['content-type'] ?? '' },
        },
      })),
      ...(['mismatch', /not what was asked for/] as const),
    ],
    ['is a redirect', failsWith(302, { location: 'https://elsewhere.example.com/' }), 'protocol_error', /redirect/],
    ['is empty', answersWith(() => ({ status: 204, body: Buffer.alloc(0) })), 'protocol_error', /does not know/],
  ]
  it.each(lies)('that %s is not believed, and nothing is written', async (_, fault, outcome, why) => {
    const { client, registry, faultAt, methods, latest } = await world()
    faultAt('GET', fault, fault)
    const failed = { outcome, retryable: false, owes: 'nothing', message: expect.stringMatching(why) }
    expect(await client.getManifest(registry, 'demo/tenant', index.digest)).toMatchObject(failed)
    const moved = await client.retag(registry, 'demo/tenant', index.digest, 'latest')
    expect(moved).toMatchObject({ ...failed, tag: 'untouched', step: 'read' })
    expect(methods()).toEqual(['GET', 'GET'])
    expect(latest()).toBe(before.digest)
  })

  it('that breaks off is read again, and in the end not believed', async () => {
    const { client, registry, faultAt, methods } = await world()
    faultAt('GET', breaksOff, breaksOff)
    expect(await client.getManifest(registry, 'demo/tenant', 'source')).toMatchObject({ outcome: 'ok', requests: 3 })
    faultAt('GET', breaksOff, breaksOff, breaksOff, breaksOff, breaksOff)
    expect(await client.getManifest(registry, 'demo/tenant', 'source')).toMatchObject({
      ...{ outcome: 'unknown', owes: 'nothing', retryable: true, httpStatus: 200, transport: { code: 'reset' } },
      requests: 4,
    })
    expect(methods()).toHaveLength(7)
  })

  it('that could be read as an index and as an image is neither', async () => {
    const { client, registry, faultAt } = await world()
    const both = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes.toString()), layers: [], config: {} }))
    faultAt('GET', (act, response) => {
      response.writeHead(200, { 'content-type': act().headers['content-type'] })
      response.end(both)
    })
    expect(await client.getManifest(registry, 'demo/tenant', 'source')).toMatchObject({
      ...{ outcome: 'protocol_error', message: expect.stringContaining('both an index and an image') },
    })
  })

  it('is not absent because a web server has no such page', async () => {
    const { client, registry, faultAt } = await world()
    const page: Fault = (_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' })
      response.end('<html>not found</html>')
    }
    for (const method of ['GET', 'HEAD'] as const) {
      faultAt(method, page)
      const ask = method === 'GET' ? client.getManifest : client.headManifest
      expect(await ask(registry, 'demo/tenant', 'source')).toMatchObject({ outcome: 'protocol_error', httpStatus: 404 })
    }
  })

  it('whose HEAD names another digest than was asked for, or none, is a lie', async () => {
    const { client, registry, faultAt } = await world()
    faultAt('HEAD', answersWithHeaders({ 'docker-content-digest': before.digest }))
    expect(await client.headManifest(registry, 'demo/tenant', index.digest)).toMatchObject({ outcome: 'mismatch' })
    faultAt('HEAD', answersWithHeaders({ 'docker-content-digest': 'sha256:1' }))
    expect(await client.headManifest(registry, 'demo/tenant', 'source')).toMatchObject({ outcome: 'protocol_error' })
  })
})

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
    expect(await at(`http://${await deadHost()}`)).toMatchObject({ ...untouched, transport: { code: 'refused' } })
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
    const { client, registry } = await world({ privateAddresses: 'refused' })
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
