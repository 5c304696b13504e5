import { createServer, type Server } from 'node:http'
import { createForgeClient, type ForgeClient, readEvents, verifyDelivery } from '@rollcall/forge'
import { createRegistryClient } from '@rollcall/registry-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { type DemoFleet, startDemoFleet } from '../testing/index.ts'
import { cleanUp, old, sha, soon, stateFolderForTest } from '../testing/world.ts'

const secret = 'planted-hook-secret'

interface Seen {
  path: string
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

let receiver: Server
let seen: Seen[]
let answersWith: number
let at: string
let box: DemoFleet
let client: ForgeClient

beforeEach(async () => {
  seen = []
  answersWith = 202
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    seen.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(answersWith, { 'content-type': 'application/json' }).end('{}')
  })
  const port = await freePort()
  await new Promise<void>((done) => receiver.listen(port, '127.0.0.1', done))
  at = `http://127.0.0.1:${port}`
  box = await start()
  client = createForgeClient({ reach: 'all' })
})
afterEach(async () => {
  await client.close()
  await box.close()
  await new Promise((done) => receiver.close(done))
  await cleanUp()
})

const start = (more = {}) =>
  startDemoFleet({
    registry: true,
    forge: { hook: { url: `${at}/hooks/demo-forge`, secret } },
    builds: { url: `${at}/api/v1/builds`, token: 'a-token' },
    light: { 'staging-infra': [{ slug: 'a', sha: old }, 'b'] },
    ...more,
  })

const forge = () => box.forge ?? { kind: 'gitea' as const, url: '', token: '' }
const hooks = () => seen.filter(({ path }) => path === '/hooks/demo-forge')

/** What a receiver makes of a delivery; throws for one whose signature is not right. */
function read(delivery: Seen) {
  const verdict = verifyDelivery(delivery, { secrets: [secret] }, new Date())
  expect(verdict).toMatchObject({ verified: true, sender: 'gitea' })
  return readEvents(delivery, verdict, { repos: null, updates: [] })
}

const order = (inputs: Record<string, string>) => ({
  repo: 'acme/infra',
  workflow: 'deploy.yaml',
  ref: 'main',
  inputs: { environment: 'staging', sha, deploy_name: 'infra', ...inputs },
  correlation: { input: 'rollcall', value: 'opr_1' },
  orderedAt: null,
  withinMs: 5000,
  everyMs: 50,
})

describe('a forge for one machine', () => {
  it('runs a workflow to its end, and the fleet that it deploys runs the commit', async () => {
    const ensured = await client.ensureRun(forge(), order({}), async () => {})
    const runId = ensured.outcome === 'found' ? ensured.runId : 0
    const end = await client.followRun(forge(), { repo: 'acme/infra', runId, withinMs: 10_000, everyMs: 50 })
    expect(end).toMatchObject({ outcome: 'succeeded', run: { title: 'Deploy infra (opr_1)' } })
    const template = box.env('staging-infra').tenantUrlTemplate
    for (const slug of ['a', 'b']) {
      const answer = await fetch(`${template.replace('{slug}', slug)}/buildinfo`)
      expect(await answer.json()).toMatchObject({ git_sha: sha })
    }
    await vi.waitFor(() => expect(hooks().map(read)).toHaveLength(2), soon)
    expect(hooks().map(read).at(-1)).toMatchObject({
      events: [{ kind: 'check', context: 'deploy', status: 'success' }],
    })
  })

  it.each([
    ['fails-v2', 'failed'],
    ['cancels-v2', 'cancelled'],
  ])('ends a run of version %s as %s, and deploys nothing', async (version, outcome) => {
    const ensured = await client.ensureRun(forge(), order({ version }), async () => {})
    const runId = ensured.outcome === 'found' ? ensured.runId : 0
    const end = await client.followRun(forge(), { repo: 'acme/infra', runId, withinMs: 10_000, everyMs: 50 })
    expect(end.outcome).toBe(outcome)
    expect((await box.tenants('staging-infra')).map((tenant) => tenant.sha)).toEqual([old, null])
  })

  it('goes wrong where a switch says so, and only for somebody who has the token', async () => {
    await box.admin('POST', '/forge/admin/faults', { fault: 'server_error', on: '/statuses' })
    expect((await fetch(`${forge().url}/api/v1/repos/acme/infra/commits/${sha}/statuses`)).status).toBe(401)
    const ask = { repo: 'acme/infra', sha }
    expect(await client.readStatuses(forge(), ask)).toMatchObject({ readable: false })
    expect(await client.readStatuses(forge(), ask)).toMatchObject({ readable: true, rows: [] })
  })

  it('remembers runs and checks over a kill, and brings a run that was under way to its end', async () => {
    const stateFolder = await stateFolderForTest()
    const first = await start({ stateFolder })
    const inputs = { deploy_name: 'infra', version: 'slow-v1', rollcall: 'opr_7' }
    const ordered = await client.dispatch(first.forge as never, {
      repo: 'acme/infra',
      workflow: 'deploy.yaml',
      ref: 'main',
      inputs,
    })
    const runId = ordered.outcome === 'accepted' ? (ordered.runId ?? 0) : 0
    await first.admin('POST', '/forge/admin/checks', { sha, state: 'pending' })
    await first.kill()
    const second = await start({ stateFolder })
    await second.admin('POST', `/forge/admin/runs/${runId}`, { conclusion: 'cancelled' })
    expect(await client.readRun(second.forge as never, { repo: 'acme/infra', runId })).toMatchObject({
      value: { progress: { state: 'ended', conclusion: 'cancelled' } },
    })
    expect(await client.readStatuses(second.forge as never, { repo: 'acme/workspace-server', sha })).toMatchObject({
      rows: [{ context: 'e2e/staging', state: 'pending' }],
    })
    await second.close()
  })
})

describe('a pushed commit', () => {
  it('has its images in the registry, its build published, and its check told: pending, then green', async () => {
    const pushed = (await box.admin('POST', '/forge/admin/commits', { sha, afterSeconds: 0.05 })) as {
      images: Record<string, string>
    }
    const registry = createRegistryClient({ reach: 'all' })
    for (const repository of ['platform', 'platform-tenant']) {
      for (const tag of ['staging-aaaaaaa', 'main-aaaaaaa']) {
        const head = await registry.headManifest(box.registry as never, repository, tag)
        expect(head).toMatchObject({ outcome: 'ok', digest: pushed.images[repository] })
      }
    }
    await registry.close()
    expect(JSON.parse(String(seen[0]?.body))).toEqual({
      component: 'workspace-server',
      sha,
      branch: 'main',
      tag: 'main-aaaaaaa',
      images: pushed.images,
    })
    await vi.waitFor(() => expect(hooks()).toHaveLength(2), soon)
    const check = { kind: 'check', repo: 'acme/workspace-server', sha, context: 'e2e/staging' }
    expect(hooks().map(read)).toEqual([
      { events: [expect.objectContaining({ ...check, status: 'pending', order: 1 })] },
      { events: [expect.objectContaining({ ...check, status: 'success', order: 2 })] },
    ])
  })

  it('is refused with the reason when its build cannot be published', async () => {
    answersWith = 422
    await expect(box.admin('POST', '/forge/admin/commits', { sha })).rejects.toThrow('was answered 422')
  })
})

it('a release of another repository is told as an update, and can be told once more under the same id', async () => {
  const asked = { deployName: 'edge-cache', sha, version: 'v3', runId: '77', artifacts: { image: 'sha256:1' } }
  const { delivery } = (await box.admin('POST', '/forge/admin/releases', asked)) as { delivery: { seq: number } }
  expect(delivery).toMatchObject({ status: 202, event: 'repository_dispatch' })
  await box.admin('POST', `/forge/admin/deliveries/${delivery.seq}`)
  const [first, second] = hooks()
  expect(second).toMatchObject({ body: first?.body })
  expect(second?.headers['x-gitea-delivery']).toBe(first?.headers['x-gitea-delivery'])
  expect(first && read(first)).toEqual({
    events: [
      {
        kind: 'external_update',
        input: {
          source_repo: 'acme/infra',
          deploy_name: 'edge-cache',
          environment: 'staging',
          sha,
          version: 'v3',
          run_id: '77',
          artifacts: '{"image":"sha256:1"}',
        },
      },
    ],
  })
})

it('everything behind the admin paths of forge and registry needs the token', async () => {
  for (const path of [
    '/forge/admin/runs',
    '/forge/admin/deliveries',
    '/registry/admin/images',
    '/registry/admin/record',
  ])
    expect((await fetch(`${box.url}${path}`)).status).toBe(401)
})
