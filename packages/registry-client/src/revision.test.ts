import { afterEach, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import {
  answersWith,
  type BuiltImage,
  buildImage,
  buildIndex,
  failsWith,
  pushImage,
  startFakeRegistry,
  type TestServer,
} from './testing/index.ts'

const open: (RegistryClient | TestServer)[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
const sha = 'abcdef1234567890abcdef1234567890abcdef12'

async function world(image: BuiltImage) {
  const registry = await startFakeRegistry()
  const client = createRegistryClient({ reach: 'all', wait: async () => {} })
  open.push(registry, client)
  await pushImage(registry, 'demo/tenant', image, ['it'])
  registry.requests.length = 0
  return { registry, read: () => client.readRevision(registry, 'demo/tenant', 'it') }
}

describe('the revision of an image', () => {
  it.each([
    ['its label', buildImage({ revision: sha }), sha, 2],
    ['its label in the Docker format', buildImage({ revision: sha, format: 'docker' }), sha, 2],
    ['a label in capitals', buildImage({ revision: sha.toUpperCase() }), sha, 2],
    ['a short label', buildImage({ revision: 'abcdef1' }), 'abcdef1', 2],
    ['the annotation of the index', buildIndex({ annotation: sha, revision: 'other12' }), sha, 1],
    ['the labels of all images of an index', buildIndex({ revision: sha }), sha, 5],
  ])('is %s', async (_, image, revision, requests) => {
    const { read } = await world(image)
    expect(await read()).toMatchObject({ outcome: 'ok', revision, because: null, requests, digest: image.digest })
  })

  it.each([
    ['nobody recorded it', buildImage({ revision: null }), /has no label/],
    ['nobody recorded it in any image', buildIndex({ revision: null }), /has no label/],
    ['an index names nobody', buildIndex({ children: [] }), /has no label/],
    ['it is no commit', buildImage({ revision: 'v1.4.2' }), /not a commit: "v1\.4\.2"/],
    ['it is a blank', buildImage({ revision: '  ' }), /has no label/],
    [
      'the images of an index disagree',
      buildIndex({ children: [buildImage({ revision: sha }), buildImage({ revision: 'abcdef2' })] }),
      /do not name the same/,
    ],
    [
      'one image of an index says nothing',
      buildIndex({ children: [buildImage({ revision: sha }), buildImage({ revision: null })] }),
      /do not name the same/,
    ],
    ['an index names an index', buildIndex({ children: [buildIndex({ revision: sha })] }), /has no label/],
  ])('is not known when %s', async (_, image, because) => {
    const { read } = await world(image)
    expect(await read()).toMatchObject({ outcome: 'ok', revision: null, because: expect.stringMatching(because) })
  })

  it('is not asked of attestations', async () => {
    const built = buildImage({ revision: sha })
    const attestation = buildImage({ revision: null })
    const index = buildIndex({ children: [built, attestation], architectures: ['amd64', 'attested'] })
    const document = JSON.parse(index.bytes.toString())
    document.manifests[1].platform = { os: 'unknown', architecture: 'unknown' }
    document.manifests[1].annotations = { 'vnd.docker.reference.type': 'attestation-manifest' }
    const { registry, read } = await world(index)
    registry.setFault(({ url }) =>
      url.endsWith('/manifests/it')
        ? answersWith(({ headers }) => ({
            body: Buffer.from(JSON.stringify(document)),
            headers: { 'content-type': headers['content-type'] ?? '' },
          }))
        : null,
    )
    expect(await read()).toMatchObject({ outcome: 'ok', revision: sha, requests: 3 })
  })

  it('is not taken from a configuration that is not the one the image names', async () => {
    const { registry, read } = await world(buildImage({ revision: sha }))
    const forged = Buffer.from(
      JSON.stringify({ config: { Labels: { 'org.opencontainers.image.revision': 'badbad1' } } }),
    )
    registry.setFault(({ url }) => (url.includes('/blobs/') ? answersWith(() => ({ body: forged })) : null))
    expect(await read()).toMatchObject({ outcome: 'mismatch', owes: 'nothing' })
  })

  it('is a failure and never "nobody recorded it" when it could not be read', async () => {
    const { registry, read } = await world(buildIndex({ revision: sha }))
    registry.setFault(({ url }) => (url.includes('/blobs/') ? failsWith(503) : null))
    expect(await read()).toMatchObject({ outcome: 'transient', retryable: true })
    registry.setFault(({ url }) => (url.includes('/blobs/') ? failsWith(404, {}, 'BLOB_UNKNOWN') : null))
    expect(await read()).toMatchObject({ outcome: 'absent', code: 'BLOB_UNKNOWN' })
  })
})
