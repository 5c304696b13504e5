import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import type { Delivery } from '@rollcall/forge'
import { type Configuration, type Context, emptyConfiguration } from '@rollcall/services'
import type { Store } from '@rollcall/store'
import { type TestDatabase, testDatabase } from '@rollcall/store/testing'
import { testDeps } from '../../server/testing/deps.ts'
import { isHook, openHookReceiver, serveHook } from '../index.ts'

export const hookSecrets = {
  ROLLCALL_HOOK_SECRET_NEW: 'the new secret of the tests',
  ROLLCALL_HOOK_SECRET_OLD: 'the secret that is being replaced',
  ROLLCALL_HOOK_SECRET_WHSEC: `whsec_${Buffer.from('a key for standard webhooks').toString('base64')}`,
}

export const hook = (name: string, more: Partial<Configuration['webhooks'][number]> = {}) => ({
  name,
  sender: null,
  secretEnvs: ['ROLLCALL_HOOK_SECRET_NEW', 'ROLLCALL_HOOK_SECRET_OLD'],
  repos: null,
  updates: [],
  relays: [],
  ...more,
})

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as a sender would, without our types
  body: any
  headers: Headers
}

/** The receivers of webhooks behind a real HTTP server, over a real database. */
export interface HookPlace {
  url: string
  port: number
  database: TestDatabase
  store: Store
  ctx: Context
  clock: { now: Date }
  configure(configuration: Partial<Configuration>): Promise<void>
  post(endpoint: string, delivery: Delivery): Promise<Answer>
  /** stores what was counted and not stored yet */
  flush(): Promise<void>
  close(): Promise<void>
}

export async function hookPlace(): Promise<HookPlace> {
  const database = await testDatabase()
  const store = await database.open()
  const clock = { now: new Date() }
  const { deps } = testDeps({ store, clock })
  const receiver = openHookReceiver(deps, hookSecrets)
  const server = createServer((request, response) => {
    if (isHook(request)) void serveHook(receiver, request, response)
    else response.writeHead(204).end()
  })
  const port = await new Promise<number>((resolve) => {
    const attempt = () => {
      const wanted = randomInt(10_000, 32_000)
      server.once('error', attempt)
      server.listen(wanted, '127.0.0.1', () => resolve(wanted))
    }
    attempt()
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    database,
    store,
    clock,
    ctx: { store, actor: { name: 'ana', via: 'api' }, now: () => clock.now },
    async configure(configuration) {
      const document = { ...emptyConfiguration, ...configuration }
      await store.db.configuration.create({
        data: { document: document as object, hash: 'test', importedAt: clock.now, importedBy: 'test' },
      })
    },
    async post(endpoint, { headers, body }) {
      const response = await fetch(`${url}/hooks/${endpoint}`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: body as Uint8Array<ArrayBuffer>,
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
    },
    flush: receiver.flush,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await receiver.flush()
      await database.drop()
    },
  }
}
