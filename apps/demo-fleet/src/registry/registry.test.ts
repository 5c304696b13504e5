import { createRegistryClient, type RegistryClient } from '@rollcall/registry-client'
import { buildImage, findProgram, pushImage } from '@rollcall/registry-client/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { type DemoFleet, startDemoFleet } from '../testing/index.ts'
import { cleanUp, stateFolderForTest } from '../testing/world.ts'
import type { RegistryItem } from './registry.ts'

const sha = 'a'.repeat(40)
const skopeo = findProgram('skopeo')
const skopeoMissing = 'skopeo is not installed, so it is not asked (as root: apt-get install skopeo)'
const older = 'b'.repeat(40)

let box: DemoFleet
let client: RegistryClient
beforeEach(async () => {
  box = await startDemoFleet({ registry: true, timing: { stallSeconds: 0.3 } })
  client = createRegistryClient({ reach: 'all', maxPauseMs: 3000 })
})
afterEach(async () => {
  await client.close()
  await box.close()
  await cleanUp()
})

const registry = (of = box) => of.registry ?? { url: '' }
const put = (image: object) => box.admin('PUT', '/registry/admin/images', { sha, tags: ['source'], ...image })
const fail = (asked: object) => box.admin('POST', '/registry/admin/faults', asked)
const record = async () => ((await box.admin('GET', '/registry/admin/record')) as { items: RegistryItem[] }).items
const digest = async (repository: string, tag: string) => {
  const head = await client.headManifest(registry(), repository, tag, { timeoutMs: 2000 })
  return head.outcome === 'ok' ? head.digest : head.outcome
}

describe('a registry for one machine', () => {
  it('has the images of a commit with the label that names it, and a tag is moved in three requests', async () => {
    await put({ repository: 'platform', tags: ['staging-aaaaaaa', 'main-aaaaaaa'] })
    await put({ repository: 'platform', sha: older, tags: ['latest'] })
    expect(await client.readRevision(registry(), 'platform', 'latest')).toMatchObject({ revision: older })
    const before = (await record()).length
    const moved = await client.retag(registry(), 'platform', 'staging-aaaaaaa', 'latest')
    expect(moved).toMatchObject({ outcome: 'moved' })
    expect(await client.readRevision(registry(), 'platform', 'latest')).toMatchObject({ revision: sha })
    expect(await digest('platform', 'latest')).toBe(await digest('platform', 'main-aaaaaaa'))
    const asked = (await record()).slice(before, before + 3)
    expect(asked.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/v2/platform/manifests/staging-aaaaaaa', 200],
      ['PUT', '/v2/platform/manifests/latest', 201],
      ['HEAD', '/v2/platform/manifests/latest', 200],
    ])
  })

  it('makes the same image for the same commit, and moves no tag that is to be kept', async () => {
    const first = await put({ repository: 'platform', tags: ['latest'] })
    expect(await put({ repository: 'platform', tags: ['latest'] })).toEqual(first)
    expect(await put({ repository: 'platform', sha: older, tags: ['latest', 'new'], keep: true })).toMatchObject({
      tags: ['new'],
    })
    expect(await digest('platform', 'latest')).toBe((first as { digest: string }).digest)
  })

  it('lets nobody in without its account, and tells where the token is given', async () => {
    await put({ repository: 'platform' })
    const stranger = { url: registry().url, credentials: { username: 'demo', password: 'wrong-password' } }
    expect(await client.headManifest(stranger, 'platform', 'source')).toMatchObject({ outcome: 'unauthorized' })
    const answer = await fetch(`${registry().url}/v2/`)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining(`realm="${registry().url}/token"`),
    ])
  })

  it('takes a push, takes a tag away, and lists what is left', async () => {
    await pushImage(box.registry as never, 'pushed', buildImage({ revision: sha }), ['one', 'two'])
    expect(await client.deleteTag(registry(), 'pushed', 'one')).toMatchObject({ outcome: 'ok' })
    expect(await client.listTags(registry(), 'pushed')).toMatchObject({ tags: ['two'] })
    expect(await box.admin('GET', '/registry/admin/images')).toMatchObject({
      items: [{ repository: 'pushed', tag: 'two', revision: sha }],
    })
  })

  it('keeps everything that it acknowledged over a kill', async () => {
    const stateFolder = await stateFolderForTest()
    const [port, registryPort] = [await freePort(), await freePort()]
    const first = await startDemoFleet({ stateFolder, port, registry: true, registryPort })
    const { credentials } = first.registry ?? {}
    await pushImage({ url: registry(first).url, credentials }, 'platform', buildImage({ revision: sha }), ['source'])
    await client.retag({ ...registry(first), credentials }, 'platform', 'source', 'latest')
    await first.kill()
    const second = await startDemoFleet({ stateFolder, port, registry: true, registryPort })
    expect(await client.readRevision(registry(second), 'platform', 'latest')).toMatchObject({ revision: sha })
    const { items } = (await second.admin('GET', '/registry/admin/record')) as { items: RegistryItem[] }
    expect(items.filter(({ method, path }) => method === 'PUT' && path.endsWith('/latest'))).toHaveLength(1)
    await second.close()
  })

  it.skipIf(skopeo === null)(skopeo === null ? skopeoMissing : 'is a registry to skopeo, too', async () => {
    await put({ repository: 'platform' })
    const { execFile } = await import('node:child_process')
    const { promisify } = await import('node:util')
    const { username, password } = box.registry?.credentials ?? {}
    const place = `docker://${new URL(registry().url).host}`
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
    const account = ['--src-creds', `${username}:${password}`, '--dest-creds', `${username}:${password}`]
    const copy = [
      'copy',
      '--all',
      '--preserve-digests',
      ...plain,
      ...account,
      `${place}/platform:source`,
      `${place}/copied:it`,
    ]
    await promisify(execFile)('skopeo', copy)
    expect(await digest('copied', 'it')).toBe(await digest('platform', 'source'))
  })
})

describe('what goes wrong by name', () => {
  it.each([
    ['flaky', true],
    ['limits', true],
    ['denies', 'denied'],
    ['missing', 'absent'],
    ['stalls', 'unknown'],
    ['breaks', 'unknown'],
  ] as const)('%s', async (name, expected) => {
    const [asTag, asPart] = [`${name}-it`, `demo/${name}-tenant`]
    await put({ repository: 'platform', tags: [asTag] })
    await put({ repository: asPart })
    for (const [repository, tag] of [
      ['platform', asTag],
      [asPart, 'source'],
    ] as const) {
      const head = await client.headManifest(registry(), repository, tag, { timeoutMs: 200 })
      expect(expected === true ? head.outcome === 'ok' && head.requests > 1 : head.outcome).toBe(expected)
    }
  })

  it.each([
    ['lies', false],
    ['fails', false],
    ['stalls', false],
    ['breaks', false],
    ['acts-then-fails', true],
    ['acts-then-times-out', true],
    ['acts-then-breaks', true],
  ] as const)('a tag %s-… is written (%s: %s), and nobody hears so', async (name, isDone) => {
    await put({ repository: 'platform' })
    const moved = await client.retag(registry(), 'platform', 'source', `${name}-it`, { timeoutMs: 250 })
    expect(moved.outcome).not.toBe('moved')
    const { items } = (await box.admin('GET', '/registry/admin/images')) as { items: { tag: string }[] }
    expect(items.some(({ tag }) => tag === `${name}-it`)).toBe(isDone)
  })
})

describe('what goes wrong by a switch', () => {
  it('is the request that was said, as often as was said, and no other', async () => {
    await put({ repository: 'platform' })
    await fail({ fault: 'denies', method: 'PUT', skip: 1, on: '/manifests/' })
    const outcomes = []
    for (const tag of ['a', 'b', 'c']) {
      outcomes.push((await client.retag(registry(), 'platform', 'source', tag)).outcome)
    }
    expect(outcomes).toEqual(['moved', 'denied', 'moved'])
    expect(await box.admin('GET', '/registry/admin/faults')).toMatchObject({ items: [] })
  })

  it('stays until it is removed when it has no number of times', async () => {
    await put({ repository: 'platform' })
    const { id } = (await fail({ fault: 'missing', on: '/platform/', times: null })) as { id: string }
    expect([await digest('platform', 'source'), await digest('platform', 'source')]).toEqual(['absent', 'absent'])
    await box.admin('DELETE', `/registry/admin/faults/${id}`)
    expect(await digest('platform', 'source')).toMatch(/^sha256:/)
  })

  it('moves a tag as somebody else would', async () => {
    const { digest: other } = (await put({ repository: 'platform', tags: ['latest'] })) as { digest: string }
    await put({ repository: 'platform', sha: older, tags: ['latest'] })
    await box.admin('PUT', '/registry/admin/tags', { repository: 'platform', tag: 'latest', digest: other })
    expect(await digest('platform', 'latest')).toBe(other)
    await expect(
      box.admin('PUT', '/registry/admin/tags', { repository: 'platform', tag: 'latest', digest: 'sha256:no' }),
    ).rejects.toThrow('404')
  })
})
