import { serve, setTrap, type Trap } from '@rollcall/outbound/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryClient, type RegistryClient } from './client.ts'
import type { Registry } from './facts.ts'

let trap: Trap
beforeAll(async () => {
  trap = await setTrap()
})
afterAll(() => trap.close())

const digest = `sha256:${'e3b0c44298fc1c14'.repeat(4)}`
const manifest = { bytes: Buffer.from('{}'), mediaType: 'application/vnd.oci.image.manifest.v1+json' }
const ask = { timeoutMs: 5000 }
const doors: [string, (client: RegistryClient, registry: Registry) => Promise<unknown>][] = [
  ['a head', (client, registry) => client.headManifest(registry, 'demo/tenant', 'latest', ask)],
  ['a get', (client, registry) => client.getManifest(registry, 'demo/tenant', digest, ask)],
  ['a put', (client, registry) => client.putManifest(registry, 'demo/tenant', 'latest', manifest, ask)],
  ['a list', (client, registry) => client.listTags(registry, 'demo/tenant', ask)],
  ['a revision', (client, registry) => client.readRevision(registry, 'demo/tenant', 'latest', ask)],
  ['a retag', (client, registry) => client.retag(registry, 'demo/tenant', 'main', 'latest', ask)],
  ['a deletion', (client, registry) => client.deleteTag(registry, 'demo/tenant', 'latest', ask)],
]

test.each(doors)('%s makes no connection by any trick of the list', async (_, door) => {
  for (const { name, url, lookup } of trap.tricks()) {
    const place = URL.parse(url)?.origin ?? url
    const client = createRegistryClient({
      reach: trap.reach,
      lookup,
      // what is sent in the clear is listed, so that only the guard stands in between
      plainHttp: [URL.parse(url)?.host ?? ''],
      wait: async () => {},
    })
    const registry = { url: place, credentials: { username: 'u', password: 'planted-password' } }
    await door(client, registry).catch(() => {})
    const told = await door(client, registry).catch((error: Error) => ({ refused: error.message }))
    expect([name, JSON.stringify(told)]).not.toEqual([name, expect.stringMatching(/"outcome":"(ok|moved)"/)])
    expect([name, trap.connections()]).toEqual([name, 0])
    await client.close()
  }
})

test('a realm that a registry sends us to, and has been allowed, is guarded as the registry is', async () => {
  const realm = `http://127.0.0.1:${trap.port}`
  const sending = await serve(
    (_, response) => response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}/token",service="x"` }).end(),
    '127.0.0.2',
  )
  const client = createRegistryClient({ reach: trap.reach, allowedRealms: [realm], wait: async () => {} })
  const registry = { url: sending.url, credentials: { username: 'u', password: 'planted-password' } }
  expect(await client.headManifest(registry, 'demo/tenant', 'latest', ask)).toMatchObject({
    outcome: 'not_connected',
    message: expect.stringContaining('ROLLCALL_OUTBOUND_PRIVATE'),
  })
  expect([sending.connections(), trap.connections()]).toEqual([1, 0])
  await Promise.all([client.close(), sending.close()])
})
