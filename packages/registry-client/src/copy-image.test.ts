import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import type { Registry } from './facts.ts'
import {
  account,
  actsAndHangs,
  answersWith,
  type BuiltImage,
  breaksOff,
  buildImage,
  buildIndex,
  type FakeRegistryOptions,
  type Fault,
  failsWith,
  hangs,
  pushImage,
  serve,
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

const started = async (options: FakeRegistryOptions = {}) => kept(await startFakeRegistry(options))
const client = (options = {}) => kept(createRegistryClient({ reach: 'all', wait: async () => {}, ...options }))
const isBlob = (url: string) => /\/blobs\/sha256:/.test(url)

/** Two registries, the first with an index under `demo/tenant:it`, and a copy from one to the other. */
async function world(options: FakeRegistryOptions = {}, image: BuiltImage = buildIndex({ layerBytes: [300_000] })) {
  const source = await started(options)
  const target = await started()
  await pushImage(source, 'demo/tenant', image, ['it'])
  source.requests.length = 0
  const one = client()
  const copy = (ask = {}) =>
    one.copyImage(
      { registry: source, repository: 'demo/tenant', reference: 'it' },
      { registry: target, repository: 'there/tenant', tag: 'v1' },
      { timeoutMs: 2000, ...ask },
    )
  return { source, target, one, copy, image }
}

describe('a copy within one registry', () => {
  it('mounts each blob, stores the images before the index, and moves the tag last', async () => {
    const { source, one, image } = await world()
    const from = { registry: source, repository: 'demo/tenant', reference: 'it' }
    const done = await one.copyImage(from, { registry: source, repository: 'copy/tenant', tag: 'v1' })
    expect(done).toMatchObject({
      ...{ outcome: 'moved', tag: 'moved', digest: image.digest, manifests: 3 },
      blobs: { present: 0, mounted: 4, uploaded: 0 },
    })
    const writes = source.asked().filter((line) => /^PUT/.test(line))
    expect(writes).toHaveLength(3)
    expect(writes.at(-1)).toBe('PUT /v2/copy/tenant/manifests/v1')
    expect(source.asked().at(-1)).toBe('HEAD /v2/copy/tenant/manifests/v1')
    expect(source.store.digest('copy/tenant', 'v1')).toBe(image.digest)
  })

  it('sends a blob through us where the registry does not mount', async () => {
    const { source, one } = await world({ mounts: false })
    const from = { registry: source, repository: 'demo/tenant', reference: 'it' }
    const to = { registry: source, repository: 'copy/tenant', tag: 'v1' }
    expect(await one.copyImage(from, to)).toMatchObject({ outcome: 'moved', blobs: { mounted: 0, uploaded: 4 } })
    expect(await one.copyImage(from, to)).toMatchObject({ outcome: 'moved', blobs: { present: 4, uploaded: 0 } })
  })

  it('uploads where mounting is forbidden and writing is not', async () => {
    const { source, one } = await world()
    source.setFault(({ url }) => (url.includes('?mount=') ? failsWith(403, {}, 'DENIED') : null))
    const from = { registry: source, repository: 'demo/tenant', reference: 'it' }
    const done = await one.copyImage(from, { registry: source, repository: 'copy/tenant', tag: 'v1' })
    expect(done).toMatchObject({ outcome: 'moved', blobs: { mounted: 0, uploaded: 4 } })
  })

  it('is a move of the tag where both are one repository', async () => {
    const { source, one } = await world()
    const at = { registry: source, repository: 'demo/tenant' }
    expect(await one.copyImage({ ...at, reference: 'it' }, { ...at, tag: 'latest' })).toMatchObject({
      ...{ outcome: 'moved', requests: 3, manifests: 1, blobs: { present: 0, mounted: 0, uploaded: 0 } },
    })
  })

  it('asks for tokens of both repositories for a mount', async () => {
    const plain = await world()
    const registry = await started({ auth: { bearer: account } })
    const signedIn: Registry = { url: registry.url, credentials: account }
    const from = { registry: plain.source, repository: 'demo/tenant', reference: 'it' }
    const first = { registry: signedIn, repository: 'first', tag: 'v1' }
    expect(await plain.one.copyImage(from, first)).toMatchObject({ outcome: 'moved', blobs: { uploaded: 4 } })
    const second = { registry: signedIn, repository: 'second', tag: 'v1' }
    expect(await plain.one.copyImage({ ...first, reference: 'v1' }, second)).toMatchObject({
      ...{ outcome: 'moved', blobs: { mounted: 4, uploaded: 0 } },
    })
    expect(registry.requests.some(({ url }) => /scope=repository%3Asecond.*scope=repository%3Afirst/.test(url))).toBe(
      true,
    )
  })
})

describe('a copy between registries', () => {
  it('streams the blobs, and the next one finds them there', async () => {
    const { target, copy, image } = await world()
    expect(await copy()).toMatchObject({ outcome: 'moved', blobs: { present: 0, mounted: 0, uploaded: 4 } })
    expect(target.store.digest('there/tenant', 'v1')).toBe(image.digest)
    expect(await copy()).toMatchObject({ outcome: 'moved', blobs: { present: 4, mounted: 0, uploaded: 0 } })
  })

  it('carries a blob that comes in many pieces', async () => {
    const { copy } = await world({}, buildImage({ layerBytes: [8 * 1024 * 1024] }))
    expect(await copy({ timeoutMs: 10_000 })).toMatchObject({ outcome: 'moved', blobs: { uploaded: 2 } })
  })

  it('may take longer than the deadline as long as something moves', async () => {
    const { source, copy } = await world({}, buildImage({ layerBytes: [6000] }))
    source.setFault(({ method, url }) =>
      method !== 'GET' || !isBlob(url)
        ? null
        : (act, response) => {
            const { body } = act()
            response.writeHead(200, { 'content-length': body.length })
            const pieces = Array.from({ length: 6 }, (_, n) =>
              body.subarray((body.length * n) / 6, (body.length * (n + 1)) / 6),
            )
            const timer = setInterval(() => {
              response.write(pieces.shift() ?? '')
              if (pieces.length > 0) return
              clearInterval(timer)
              response.end()
            }, 300)
          },
    )
    expect(await copy({ timeoutMs: 1200 })).toMatchObject({ outcome: 'moved', blobs: { uploaded: 2 } })
  })

  it('carries an empty layer, indexes in indexes, and leaves layers with their vendor', async () => {
    const inner = buildIndex({ layerBytes: [0, 10] })
    const { copy, one, target, image } = await world({}, buildIndex({ children: [inner, buildImage()] }))
    expect(await copy()).toMatchObject({ outcome: 'moved', digest: image.digest, manifests: 5 })
    const foreign = buildImage({ layerBytes: [10] })
    const document = JSON.parse(foreign.bytes.toString())
    const vendor = { digest: `sha256:${'1'.repeat(64)}`, size: 1, urls: ['https://vendor.example.com/layer'] }
    document.layers.push({ ...vendor, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' })
    const source = await started()
    await pushImage(source, 'demo/tenant', foreign, ['it'])
    source.setFault(({ method, url }) =>
      method === 'GET' && url.includes('/manifests/')
        ? answersWith(({ headers }) => ({
            body: Buffer.from(JSON.stringify(document)),
            headers: { 'content-type': headers['content-type'] ?? '' },
          }))
        : null,
    )
    const from = { registry: source, repository: 'demo/tenant', reference: 'it' }
    const done = await one.copyImage(from, { registry: target, repository: 'vendor', tag: 'v1' })
    // This registry insists on the vendor's layer; what matters is that nobody tried to fetch it.
    expect(done).toMatchObject({ outcome: 'refused', code: 'MANIFEST_BLOB_UNKNOWN', blobs: { uploaded: 2 } })
    expect(source.requests.some(({ url }) => url.includes('1111111'))).toBe(false)
  })

  const untouched = { tag: 'untouched', step: 'copy', owes: 'nothing' }
  const short = (blob: Fault) => (request: { method: string; url: string }) =>
    request.method === 'GET' && isBlob(request.url) ? blob : null

  it.each([
    ['breaks off', breaksOff, 'unknown', /no complete answer/],
    [
      'is another one of the same length',
      answersWith(({ body }) => ({ body: Buffer.alloc(body.length) })),
      'mismatch',
      /digest/,
    ],
    ['is shorter', answersWith(({ body }) => ({ body: body.subarray(1) })), 'mismatch', /shorter/],
    ['is longer', answersWith(({ body }) => ({ body: Buffer.concat([body, body]) })), 'mismatch', /longer/],
    ['is not there', failsWith(404, {}, 'BLOB_UNKNOWN'), 'absent', /no such blob/],
    ['never comes', hangs, 'unknown', /no answer/],
  ] as const)('never completes an upload of a blob that %s', async (_, fault, outcome, why) => {
    const { source, target, copy } = await world({}, buildImage({ layerBytes: [200_000] }))
    source.setFault(short(fault))
    expect(await copy({ timeoutMs: 500 })).toMatchObject({
      ...{ ...untouched, outcome, message: expect.stringMatching(why) },
    })
    const puts = target.requests.filter(({ method }) => method === 'PUT')
    expect(puts).toEqual([])
    expect(target.store.digest('there/tenant', 'v1')).toBeNull()
  })

  it.each([
    ['refuses the upload', failsWith(413), 'refused'],
    ['fails', failsWith(500), 'transient'],
    ['never answers', actsAndHangs, 'unknown'],
  ] as const)(
    'leaves the tag alone when the destination %s, and goes on where it stopped',
    async (_, fault, outcome) => {
      const { target, copy } = await world()
      let left = 1
      target.setFault(({ method, url }) => (method === 'PUT' && url.includes('/uploads/') && left-- > 0 ? fault : null))
      expect(await copy({ timeoutMs: 500 })).toMatchObject({ ...untouched, outcome })
      expect(target.store.digest('there/tenant', 'v1')).toBeNull()
      expect(await copy()).toMatchObject({ outcome: 'moved' })
    },
  )

  it('does not wait for a destination that declines a large blob before it has read it', async () => {
    const { source, one } = await world({}, buildImage({ layerBytes: [8 * 1024 * 1024] }))
    const answers: Record<string, string> = {
      HEAD: '404 Not Found\r\n',
      POST: '202 Accepted\r\nlocation: /v2/there/tenant/blobs/uploads/1\r\ncontent-length: 0\r\n',
      PUT: '413 Content Too Large\r\ncontent-length: 0\r\nconnection: close\r\n',
    }
    const target = kept(
      await serveRaw<Buffer>((socket) => {
        socket.on('data', (chunk) => {
          const [, method = ''] = /^(HEAD|POST|PUT) /.exec(chunk.toString('latin1', 0, 8)) ?? []
          if (method === 'PUT') socket.pause()
          if (method !== '') socket.write(`HTTP/1.1 ${answers[method]}\r\n`)
        })
      }),
    )
    const startedAt = performance.now()
    const copied = await one.copyImage(
      { registry: source, repository: 'demo/tenant', reference: 'it' },
      { registry: target, repository: 'there/tenant', tag: 'v1' },
      { timeoutMs: 20_000 },
    )
    expect(copied).toMatchObject({ ...untouched, outcome: 'refused', httpStatus: 413 })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('does not wait for an upload that it is not let in for', async () => {
    const source = await started()
    await pushImage(source, 'demo/tenant', buildImage({ layerBytes: [8 * 1024 * 1024] }), ['it'])
    const target = await started({ auth: { bearer: account } })
    // Each token has run out by the time it is needed again, and there is none for the second half of the transfer.
    let hours = 0
    const one = client({ now: () => 3_600_000 * hours++, maxConnections: 1 })
    target.setFault(({ url }) => {
      const begun = target.requests.some(({ method }) => method === 'POST')
      return begun && url.startsWith('/token') ? failsWith(403, {}, 'DENIED') : null
    })
    const startedAt = performance.now()
    const copied = await one.copyImage(
      { registry: source, repository: 'demo/tenant', reference: 'it' },
      { registry: { url: target.url, credentials: account }, repository: 'there', tag: 'v1' },
      { timeoutMs: 20_000 },
    )
    expect(copied).toMatchObject({ ...untouched, outcome: 'denied' })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('does not upload to another host', async () => {
    const elsewhere = kept(await serve((_, response) => response.end()))
    const { target, copy } = await world()
    target.setFault(({ method }) =>
      method === 'POST'
        ? answersWith(({ headers }) => ({ headers: { ...headers, location: `${elsewhere.url}/upload` } }))
        : null,
    )
    expect(await copy()).toMatchObject({ ...untouched, outcome: 'protocol_error' })
    expect(elsewhere.connections()).toBe(0)
  })

  it('is held back by the caller when everything but the tag is there', async () => {
    const { target, copy } = await world()
    expect(await copy({ beforePut: () => 'frozen' })).toMatchObject({
      ...{ outcome: 'held', tag: 'untouched', message: 'frozen', blobs: { uploaded: 4 } },
    })
    expect(target.store.digest('there/tenant', 'v1')).toBeNull()
  })

  it('refuses a document without end', async () => {
    const { copy, source } = await world()
    source.setFault(({ method, url }) =>
      method === 'GET' && url.endsWith('/manifests/it')
        ? answersWith(({ headers, body }) => {
            const document = JSON.parse(body.toString())
            const [first] = document.manifests
            document.manifests = Array.from({ length: 201 }, (_, n) => ({
              ...first,
              digest: `sha256:${String(n).padStart(64, '0')}`,
            }))
            return {
              headers: { 'content-type': headers['content-type'] ?? '' },
              body: Buffer.from(JSON.stringify(document)),
            }
          })
        : null,
    )
    expect(await copy()).toMatchObject({ ...untouched, outcome: 'protocol_error' })
  })
})

describe('a registry that keeps its blobs elsewhere', () => {
  async function elsewhere() {
    const { source, target, image } = await world({}, buildImage({ revision: 'abcdef1', layerBytes: [100] }))
    const store = kept(
      await serve(({ url }, response) => {
        const blob = image.blobs.find(({ digest }) => url.includes(digest))
        response.writeHead(blob === undefined ? 403 : 200)
        response.end(blob?.bytes)
      }),
    )
    const location = (url: string) => ({ location: `${store.url}${url}?X-Amz-Signature=planted-signature` })
    source.setFault(({ method, url }) => (method === 'GET' && isBlob(url) ? failsWith(307, location(url)) : null))
    const read = (one: RegistryClient) =>
      one.readRevision({ url: source.url, credentials: { token: 'planted-T0ken-9f8e' } }, 'demo/tenant', 'it')
    const copy = (one: RegistryClient) =>
      one.copyImage(
        { registry: source, repository: 'demo/tenant', reference: 'it' },
        { registry: target, repository: 'there', tag: 'v1' },
      )
    return { store, read, copy, source }
  }

  it('is followed there where that is allowed, without any credentials', async () => {
    const { store, read, copy } = await elsewhere()
    const one = client({ allowedBlobHosts: [store.url] })
    expect(await read(one)).toMatchObject({ outcome: 'ok', revision: 'abcdef1' })
    expect(store.requests[0]?.headers.authorization).toBeUndefined()
    expect(await copy(one)).toMatchObject({ outcome: 'moved', blobs: { uploaded: 2 } })
  })

  it('is not followed elsewhere, and the sentence says what would allow it', async () => {
    const { store, read, copy } = await elsewhere()
    const one = client()
    for (const answer of [await read(one), await copy(one)]) {
      expect(answer).toMatchObject({
        outcome: 'protocol_error',
        message: expect.stringContaining('allowed blob hosts'),
      })
      expect(JSON.stringify(answer)).not.toContain('planted')
    }
    expect(store.connections()).toBe(0)
  })

  it('is not followed in circles', async () => {
    const { store, read, source } = await elsewhere()
    source.setFault(({ url }) => (isBlob(url) ? failsWith(307, { location: `${source.url}${url}` }) : null))
    expect(await read(client({ allowedBlobHosts: [store.url] }))).toMatchObject({
      ...{ outcome: 'protocol_error', message: expect.stringContaining('from place to place') },
    })
  })
})
