import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import {
  actsAndFailsWith,
  actsAndHangs,
  answersWith,
  answersWithHeaders,
  buildImage,
  type FakeRegistryOptions,
  type Fault,
  failsWith,
  pushImage,
  serve,
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

const image = buildImage({ layerBytes: [10] })
async function world(tags: string[], options: FakeRegistryOptions = {}) {
  const registry = kept(await startFakeRegistry(options))
  await pushImage(registry, 'demo/tenant', image, tags)
  registry.requests.length = 0
  const client = kept(createRegistryClient({ reach: 'all', wait: async () => {} }))
  return { registry, client, list: () => client.listTags(registry, 'demo/tenant') }
}
const many = Array.from({ length: 23 }, (_, n) => `v${String(n).padStart(2, '0')}`)

describe('the list of tags', () => {
  it.each([5, 23, 22, 24, 1])(
    'is read to its end, also when a page holds %i whatever was asked for',
    async (pageLength) => {
      const { list, registry } = await world(many, { pageLength })
      expect(await list()).toMatchObject({ outcome: 'ok', tags: many })
      expect(registry.requests).toHaveLength(Math.ceil(23 / pageLength))
    },
  )

  it('does not end at an empty page that has a next one', async () => {
    const { list, registry } = await world(many, { pageLength: 10 })
    registry.setFault(() =>
      registry.requests.length === 1
        ? answersWith(({ headers }) => ({
            body: Buffer.from('{"name":"demo/tenant","tags":[]}'),
            headers: { ...headers, link: '</v2/demo/tenant/tags/list?n=10>; rel="next"' },
          }))
        : null,
    )
    expect(await list()).toMatchObject({ outcome: 'ok', tags: many })
  })

  it('is empty for a repository without tags, and each tag is in it once', async () => {
    const { list, registry } = await world(['a', 'b'])
    registry.setFault(() => answersWith(() => ({ body: Buffer.from('{"tags":["b","a","b"]}') })))
    expect(await list()).toMatchObject({ tags: ['b', 'a'] })
    registry.setFault(() => answersWith(() => ({ body: Buffer.from('{"tags":null}') })))
    expect(await list()).toMatchObject({ outcome: 'ok', tags: [] })
  })

  it('is nothing at all when a page in the middle cannot be had', async () => {
    const { list, registry } = await world(many, { pageLength: 10 })
    registry.setFault(() => (registry.requests.length === 2 ? failsWith(403, {}, 'DENIED') : null))
    expect(await list()).toMatchObject({ outcome: 'denied', requests: 2 })
  })

  it.each([
    ['lead in a circle', '</v2/demo/tenant/tags/list?n=1000>; rel="next"', /circle/],
    ['are on another host', '<http://elsewhere.example.com/v2/demo/tenant/tags/list>; rel="next"', /another host/],
  ])('is refused when its pages %s', async (_, link, why) => {
    const { list, registry } = await world(many)
    registry.setFault(() => answersWithHeaders({ link }))
    expect(await list()).toMatchObject({ outcome: 'protocol_error', message: expect.stringMatching(why) })
  })

  it.each(['{}', '{"tags":"a"}', '[]', '<html>', '{"tags":[1]}'])('is not %s', async (body) => {
    const { list, registry } = await world(many)
    registry.setFault(() => answersWith(() => ({ body: Buffer.from(body) })))
    expect(await list()).toMatchObject({ outcome: 'protocol_error' })
  })

  it('is not asked of a host that a page link names', async () => {
    const elsewhere = kept(await serve((_, response) => response.end('{"tags":[]}')))
    const { list, registry } = await world(many)
    registry.setFault(() => answersWithHeaders({ link: `<${elsewhere.url}/v2/>; rel="next"` }))
    expect(await list()).toMatchObject({ outcome: 'protocol_error' })
    expect(elsewhere.connections()).toBe(0)
  })
})

describe('deleting a tag', () => {
  const deleting = (fault: Fault) => (request: { method: string }) => (request.method === 'DELETE' ? fault : null)

  it('looks, deletes, looks again, and sees whether the manifest survived', async () => {
    const { client, registry } = await world(['a', 'b'])
    expect(await client.deleteTag(registry, 'demo/tenant', 'a')).toMatchObject({
      ...{ outcome: 'ok', was: 'deleted', manifest: 'kept', digest: image.digest, requests: 4 },
    })
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'DELETE', 'HEAD', 'HEAD'])
    expect(registry.store.digest('demo/tenant', 'a')).toBeNull()
    expect(registry.store.digest('demo/tenant', 'b')).toBe(image.digest)
  })

  it('tells when the registry threw the manifest away with the tag', async () => {
    const { client, registry } = await world(['a', 'b'])
    registry.setFault(
      deleting((act, response) => {
        act()
        registry.store.forget('demo/tenant', image.digest)
        answersAccepted()(act, response)
      }),
    )
    expect(await client.deleteTag(registry, 'demo/tenant', 'a')).toMatchObject({ was: 'deleted', manifest: 'gone' })
  })

  it.each([
    ['deletes no tags', failsWith(405, {}, 'UNSUPPORTED')],
    ['only knows digests', failsWith(400, {}, 'DIGEST_INVALID')],
    ['does not find a tag to delete it', failsWith(404, {}, 'MANIFEST_UNKNOWN')],
  ])('is unsupported at a registry that %s, and the tag stays', async (_, fault) => {
    const { client, registry } = await world(['a'])
    registry.setFault(deleting(fault))
    expect(await client.deleteTag(registry, 'demo/tenant', 'a')).toMatchObject({
      ...{ outcome: 'unsupported', owes: 'nothing', retryable: false },
    })
    expect(registry.store.digest('demo/tenant', 'a')).toBe(image.digest)
  })

  it.each([
    ['has an outcome that nobody knows', actsAndHangs, 'unknown'],
    ['fails after it was done', actsAndFailsWith(502), 'transient'],
    ['is acknowledged and not done', answersAccepted(), 'unknown'],
  ] as const)('is to be looked at again when it %s', async (_, fault, outcome) => {
    const { client, registry } = await world(['a'])
    registry.setFault(deleting(fault))
    expect(await client.deleteTag(registry, 'demo/tenant', 'a', { timeoutMs: 400 })).toMatchObject({
      ...{ outcome, owes: 'look_before_retry' },
    })
    expect(registry.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })

  it('is done when somebody else was faster', async () => {
    const { client, registry } = await world(['a'])
    registry.setFault(
      deleting((act, response) => {
        act()
        failsWith(404, {}, 'MANIFEST_UNKNOWN')(act, response)
      }),
    )
    expect(await client.deleteTag(registry, 'demo/tenant', 'a')).toMatchObject({ outcome: 'ok', was: 'deleted' })
  })
})

function answersAccepted(): Fault {
  return (_, response) => {
    response.writeHead(202)
    response.end()
  }
}
