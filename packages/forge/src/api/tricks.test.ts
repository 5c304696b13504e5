import { setTrap, type Trap } from '@rollcall/outbound/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgeToken, startForge } from '../testing/index.ts'
import type { ForgeAccess } from './access.ts'
import { createForgeClient, type ForgeClient } from './client.ts'

let trap: Trap
beforeAll(async () => {
  trap = await setTrap()
})
afterAll(() => trap.close())

const repo = 'acme/infra'
const order = { repo, workflow: 'deploy.yaml', ref: 'main', inputs: {}, timeoutMs: 5000 }
const sha = 'a'.repeat(40)
const doors: [string, (client: ForgeClient, forge: ForgeAccess) => Promise<unknown>][] = [
  ['a dispatch', (client, forge) => client.dispatch(forge, order)],
  ['a look at a run', (client, forge) => client.readRun(forge, { repo, runId: 1, timeoutMs: 5000 })],
  ['a look at statuses', (client, forge) => client.readStatuses(forge, { repo, sha })],
]

test.each(doors)('%s makes no connection by any trick of the list', async (_, ask) => {
  for (const { name, url, lookup } of trap.tricks()) {
    for (const kind of ['github', 'gitea'] as const) {
      const client = createForgeClient({ reach: trap.reach, lookup })
      await ask(client, { kind, url, token: forgeToken }).catch(() => {})
      const told = await ask(client, { kind, url, token: forgeToken }).catch((error: Error) => error.message)
      expect([name, JSON.stringify(told)]).not.toEqual([name, expect.stringMatching(/"accepted"|"ok":true/)])
      expect([name, trap.connections()]).toEqual([name, 0])
      await client.close()
    }
  }
})

test('a token is asked for at every request, and none is made from the moment on that it is refused', async () => {
  const server = await startForge({ kind: 'github' })
  const client = createForgeClient({ reach: ['127.0.0.0/8'] })
  let allowed = true
  const token = async () => (allowed ? forgeToken : { refusal: 'ROLLCALL_FORGE_TOKEN may not be sent there.' })
  const forge = { ...server.access, token }
  expect(await client.dispatch(forge, order)).toMatchObject({ outcome: 'accepted' })
  allowed = false
  expect(await client.dispatch(forge, order)).toMatchObject({
    outcome: 'not_sent',
    failure: { message: expect.stringContaining('ROLLCALL_FORGE_TOKEN may not be sent there.') },
  })
  expect(server.connections()).toBe(1)
  await Promise.all([client.close(), server.close()])
})
