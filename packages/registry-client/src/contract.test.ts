import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import type { Registry } from './facts.ts'
import {
  account,
  buildImage,
  buildIndex,
  dockerRegistryBinary,
  dockerRegistryMissing,
  pushImage,
  startDockerRegistry,
  startFakeRegistry,
} from './testing/index.ts'

interface World {
  registry: Registry
  /** How many requests it has seen, as it counts them itself. */
  seen(): number
  close(): Promise<void>
}

const worlds: { name: string; real: boolean; signsIn: boolean; start: () => Promise<World> }[] = [
  { name: 'the registry in memory', real: false, signsIn: false, start: () => fake({}) },
  {
    name: 'the registry in memory with basic authentication',
    ...{ real: false, signsIn: true, start: () => fake({ auth: { basic: account } }) },
  },
  {
    name: 'the registry in memory with bearer tokens',
    ...{ real: false, signsIn: true, start: () => fake({ auth: { bearer: account } }) },
  },
  { name: "Debian's docker-registry", real: true, signsIn: false, start: () => real(false) },
  { name: "Debian's docker-registry with basic authentication", real: true, signsIn: true, start: () => real(true) },
]

async function fake(options: Parameters<typeof startFakeRegistry>[0]): Promise<World> {
  const { close, requests, url } = await startFakeRegistry(options)
  const signsIn = options?.auth !== undefined
  return { registry: { url, ...(signsIn && { credentials: account }) }, seen: () => requests.length, close }
}

async function real(signIn: boolean): Promise<World> {
  const { close, url, accessLog } = await startDockerRegistry({ signIn })
  return { registry: { url, ...(signIn && { credentials: account }) }, seen: () => accessLog().length, close }
}

const sha = 'abcdef1234567890abcdef1234567890abcdef12'
const missing = dockerRegistryBinary() === null
// Past the reporter, which counts what is skipped and does not say what it is.
if (missing) process.stderr.write(`skipped: ${dockerRegistryMissing}\n`)

describe.each(worlds)('$name', ({ real, signsIn, start }) => {
  // Its age shows here: it can only delete a manifest with all of its tags.
  const deletesTags = !real

  describe.skipIf(real && missing)(real && missing ? dockerRegistryMissing : 'answers as the contract says', () => {
    let world: World
    let client: RegistryClient
    const index = buildIndex({ revision: sha })
    const docker = buildIndex({ revision: sha, format: 'docker' })
    const image = buildImage({ revision: null, format: 'docker' })
    const other = buildImage()

    beforeAll(async () => {
      world = await start()
      client = createRegistryClient({ reach: 'all' })
      await push('demo/tenant', index, ['staging-abcdef1'])
      await push('demo/tenant', image, ['single', 'latest'])
      await push('demo/docker', docker, ['staging-abcdef1'])
      await push('demo/other', other, ['old'])
      // Signed in from here on, as a process is that has been running for a while.
      for (const to of ['demo/tenant', 'demo/docker'])
        await client.retag(world.registry, to, 'staging-abcdef1', 'first')
    })
    afterAll(async () => {
      await client.close()
      await world.close()
    })

    async function push(repository: string, built: typeof index, tags: string[]) {
      if (real || !signsIn) return pushImage(world.registry, repository, built, tags)
      // A registry that wants tokens is filled through the client, from one that wants none.
      const open = await startFakeRegistry()
      await pushImage(open, 'filling', built, ['it'])
      for (const tag of tags) {
        const from = { registry: { url: open.url }, repository: 'filling', reference: 'it' }
        const done = await client.copyImage(from, { registry: world.registry, repository, tag })
        expect(done).toMatchObject({ outcome: 'moved' })
      }
      await open.close()
    }

    it.each([
      ['an OCI index', 'demo/tenant', index],
      ['a Docker list', 'demo/docker', docker],
    ])('moves a tag to %s in exactly three requests, byte for byte', async (_, repository, built) => {
      const before = world.seen()
      const moved = await client.retag(world.registry, repository, 'staging-abcdef1', 'latest')
      expect(moved).toMatchObject({
        ...{ outcome: 'moved', tag: 'moved', step: 'verify', requests: 3, owes: 'nothing', retryable: false },
        ...{ digest: built.digest, foundDigest: built.digest, mediaType: built.mediaType },
      })
      expect(world.seen() - before).toBe(3)
      const got = await client.getManifest(world.registry, repository, 'latest')
      expect(got).toMatchObject({ outcome: 'ok', digest: built.digest, mediaType: built.mediaType, requests: 1 })
      expect(got.outcome === 'ok' && got.bytes.equals(built.bytes)).toBe(true)
    })

    it('moves a tag to a digest, and back', async () => {
      for (const { digest } of [index, image, index]) {
        const moved = await client.retag(world.registry, 'demo/tenant', digest, 'moving')
        expect(moved).toMatchObject({ outcome: 'moved', requests: 3, digest })
        const head = await client.headManifest(world.registry, 'demo/tenant', 'moving')
        expect(head).toMatchObject({ outcome: 'ok', digest, requests: 1 })
      }
    })

    it('says what a tag points at, in one request and without the bytes', async () => {
      expect(await client.headManifest(world.registry, 'demo/tenant', 'single')).toMatchObject({
        ...{ outcome: 'ok', digest: image.digest, mediaType: image.mediaType, size: image.bytes.length, requests: 1 },
      })
    })

    it.each([
      ['a tag', 'demo/tenant', 'nowhere'],
      ['a digest', 'demo/tenant', `sha256:${'0'.repeat(64)}`],
      ['a repository', 'demo/nobody', 'latest'],
    ])('says that %s does not exist', async (_, repository, reference) => {
      const absent = { outcome: 'absent', httpStatus: 404, retryable: false, owes: 'nothing' }
      expect(await client.headManifest(world.registry, repository, reference)).toMatchObject(absent)
      expect(await client.getManifest(world.registry, repository, reference)).toMatchObject({
        ...absent,
        code: expect.stringMatching(/^(MANIFEST|NAME)_UNKNOWN$/),
      })
      expect(await client.retag(world.registry, repository, reference, 'to')).toMatchObject({
        ...{ ...absent, tag: 'untouched', step: 'read', digest: null },
      })
      expect(await client.headManifest(world.registry, repository, 'to')).toMatchObject({ outcome: 'absent' })
    })

    it('lists tags, none for a repository without any, and says when there is no repository', async () => {
      const listed = await client.listTags(world.registry, 'demo/tenant')
      expect(listed).toMatchObject({ outcome: 'ok' })
      expect(listed.outcome === 'ok' && listed.tags).toEqual(
        expect.arrayContaining(['first', 'latest', 'single', 'staging-abcdef1']),
      )
      expect(await client.listTags(world.registry, 'demo/nobody')).toMatchObject({
        ...{ outcome: 'absent', code: 'NAME_UNKNOWN' },
      })
    })

    it('reads the commit from a label, also when the index has to be asked image by image', async () => {
      expect(await client.readRevision(world.registry, 'demo/tenant', index.digest)).toMatchObject({
        ...{ outcome: 'ok', revision: sha, because: null, digest: index.digest },
      })
      expect(await client.readRevision(world.registry, 'demo/docker', 'staging-abcdef1')).toMatchObject({
        ...{ outcome: 'ok', revision: sha, digest: docker.digest },
      })
      expect(await client.readRevision(world.registry, 'demo/tenant', 'single')).toMatchObject({
        ...{ outcome: 'ok', revision: null, because: expect.stringContaining('no label') },
      })
    })

    it('stores a manifest under a tag, and refuses one whose parts are not there', async () => {
      const { registry } = world
      const stored = await client.putManifest(registry, 'demo/tenant', 'stored', index)
      expect(stored).toMatchObject({ outcome: 'ok', digest: index.digest, requests: 1 })
      expect(await client.headManifest(registry, 'demo/tenant', 'stored')).toMatchObject({ digest: index.digest })
      expect(await client.putManifest(registry, 'demo/other', 'broken', index)).toMatchObject({
        ...{ outcome: 'refused', owes: 'nothing', httpStatus: 400, code: 'MANIFEST_BLOB_UNKNOWN' },
      })
      expect(await client.headManifest(registry, 'demo/other', 'broken')).toMatchObject({ outcome: 'absent' })
    })

    it('mounts the blobs when it copies an index to another repository', async () => {
      const { registry } = world
      const from = { registry, repository: 'demo/tenant', reference: 'staging-abcdef1' }
      const to = { registry, repository: 'demo/copied', tag: 'v1' }
      expect(await client.copyImage(from, to)).toMatchObject({
        ...{ outcome: 'moved', digest: index.digest, manifests: 3 },
        blobs: { present: 0, mounted: 6, uploaded: 0 },
      })
      const got = await client.getManifest(registry, 'demo/copied', 'v1')
      expect(got.outcome === 'ok' && got.bytes.equals(index.bytes)).toBe(true)
      expect(await client.copyImage(from, { ...to, tag: 'v2' })).toMatchObject({
        ...{ outcome: 'moved', blobs: { present: 6, mounted: 0, uploaded: 0 } },
      })
    })

    it('streams the blobs when it copies an image to another registry', async () => {
      const second = await start()
      const from = { registry: world.registry, repository: 'demo/tenant', reference: index.digest }
      const to = { registry: second.registry, repository: 'there/tenant', tag: 'v1' }
      expect(await client.copyImage(from, to)).toMatchObject({
        ...{ outcome: 'moved', digest: index.digest, blobs: { present: 0, mounted: 0, uploaded: 6 } },
      })
      expect(await client.readRevision(second.registry, 'there/tenant', 'v1')).toMatchObject({ revision: sha })
      await second.close()
    })

    it('takes a tag away where it can, and says so where it cannot, without touching anything else', async () => {
      const { registry } = world
      await client.retag(registry, 'demo/tenant', index.digest, 'doomed')
      const deleted = await client.deleteTag(registry, 'demo/tenant', 'doomed', { expectedDigest: index.digest })
      expect(deleted).toMatchObject(
        deletesTags
          ? { outcome: 'ok', was: 'deleted', digest: index.digest, manifest: 'kept' }
          : { outcome: 'unsupported', owes: 'nothing', retryable: false },
      )
      const after = await client.headManifest(registry, 'demo/tenant', 'doomed')
      expect(after.outcome).toBe(deletesTags ? 'absent' : 'ok')
      expect(await client.headManifest(registry, 'demo/tenant', 'staging-abcdef1')).toMatchObject({ outcome: 'ok' })
      expect(await client.deleteTag(registry, 'demo/tenant', 'never-was')).toMatchObject({
        ...{ outcome: 'ok', was: 'absent', requests: 1 },
      })
    })

    it('leaves a tag that somebody has moved since', async () => {
      const { registry } = world
      const expectedDigest = image.digest
      expect(await client.deleteTag(registry, 'demo/tenant', 'staging-abcdef1', { expectedDigest })).toMatchObject({
        ...{ outcome: 'mismatch', owes: 'nothing', message: expect.stringContaining('is left alone') },
      })
      expect(await client.headManifest(registry, 'demo/tenant', 'staging-abcdef1')).toMatchObject({ outcome: 'ok' })
    })

    if (!signsIn) return
    it('does not let a wrong password in, and says whose fault it is', async () => {
      const { registry } = world
      const wrong = { ...registry, credentials: { username: account.username, password: 'not-the-Passw0rd' } }
      const refused = await client.headManifest(wrong, 'demo/tenant', 'latest')
      expect(refused).toMatchObject({ outcome: 'unauthorized', retryable: false, httpStatus: 401 })
      expect(refused.requests).toBeLessThanOrEqual(2)
      const nobody = await client.headManifest({ url: registry.url }, 'demo/tenant', 'latest')
      expect(nobody).toMatchObject({ outcome: 'unauthorized', retryable: false })
    })
  })
})
