import { setTrap, type Trap } from '@rollcall/outbound/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRedeployClient, type RedeployClient } from './client.ts'

let trap: Trap
beforeAll(async () => {
  trap = await setTrap()
})
afterAll(() => trap.close())

const tag = 'main-abcdef1'
const doors: [string, (client: RedeployClient, url: string) => Promise<unknown>][] = [
  ['a redeploy', (client, url) => client.redeploy({ url, token: 't' }, { slugs: ['a'], tag, timeoutMs: 5000 })],
  ['an enumeration', (client, url) => client.enumerate({ url, token: 't' }, { tag, timeoutMs: 5000 })],
  ['a look at /buildinfo', (client, url) => client.readBuildinfo({ url, timeoutMs: 5000 })],
]

test.each(doors)('%s makes no connection by any trick of the list', async (_, ask) => {
  for (const { name, url, lookup } of trap.tricks()) {
    const client = createRedeployClient({ reach: trap.reach, lookup })
    await ask(client, url).catch(() => {})
    const told = await ask(client, url).catch((error: Error) => ({ refused: error.message }))
    expect([name, JSON.stringify(told)]).not.toEqual([name, expect.stringMatching(/"(accepted|enumerated|sha)"/)])
    expect([name, trap.connections()]).toEqual([name, 0])
    await client.close()
  }
})

test('without a list only public addresses are reached', async () => {
  const client = createRedeployClient()
  expect(await client.readBuildinfo({ url: `${trap.redirecting.url}/buildinfo` })).toMatchObject({
    kind: 'unreachable',
    detail: expect.stringContaining('no administrator has listed it in ROLLCALL_OUTBOUND_PRIVATE'),
  })
  await client.close()
})
