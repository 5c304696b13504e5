import { afterEach, describe, expect, it } from 'vitest'
import {
  answersWith,
  answersWithHeaders,
  breaksOff,
  buildImage,
  buildIndex,
  type Fault,
  failsWith,
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
