import { readSecretKeys } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deps } from '../server/context.ts'
import { testDeps, testOrigin, testToken } from '../server/testing/deps.ts'
import { handleTrpc } from '../server/trpc/handler.ts'
import { handleRest } from './dispatch.ts'
import { restTable } from './table.ts'

let world: TestWorld
let deps: Deps
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  const keys = readSecretKeys({ ROLLCALL_SECRET_KEY: Buffer.alloc(32, 5).toString('base64') })
  deps = { ...testDeps({ store: world.store, clock: world.clock }).deps, keys: () => keys }
})
afterAll(() => world.drop())

const headers = { authorization: `Bearer ${testToken}`, 'content-type': 'application/json' }
async function ask(method: string, path: string, body?: unknown) {
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await handleRest(new Request(`${testOrigin}/api/v1${path}`, init), restTable, deps)
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) }
}

const name = 'ROLLCALL_CP_TOKEN_REST'
const value = 'planted-value-0815'
const origin = 'https://cp.example.com:443'

describe('secrets', () => {
  it('are set, allowed, disallowed and cleared, and no answer has a value in it', async () => {
    const answers = [
      await ask('PUT', `/secrets/${name}`, { value, origins: ['https://cp.example.com'] }),
      await ask('GET', '/secrets'),
      await ask('POST', `/secrets/${name}/origins`, { origin: 'http://two.example.com:8080/' }),
      await ask('DELETE', `/secrets/${name}/origins?origin=${encodeURIComponent('http://two.example.com:8080')}`),
      await ask('DELETE', `/secrets/${name}`),
      await ask('PUT', `/secrets/${name}`, { value: `${value}\n`, origins: [origin] }),
      await ask('PUT', `/secrets/${name}`, { value: { nested: value }, origins: [origin] }),
      await ask('PUT', `/secrets/${name}`, { value: `${value} x`, origins: [origin], [value]: 1 }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 422, 400, 400])
    const [put, list, allowed, disallowed, cleared] = answers
    expect(put?.body).toMatchObject({ name, value: 'stored', boundTo: [{ origin, by: 'operator' }] })
    expect(list?.body.items.find((one: { name: string }) => one.name === name)).toMatchObject({ value: 'stored' })
    expect(allowed?.body.boundTo).toHaveLength(2)
    expect(disallowed?.body.boundTo).toEqual([expect.objectContaining({ origin })])
    expect(cleared?.body).toMatchObject({ value: 'missing' })
    // the last one named a field by the value itself, which is the caller's doing and told back as what it is
    for (const { text } of answers.slice(0, 7)) expect(text).not.toContain(value)
  })

  it('name what is not understood', async () => {
    expect(await ask('PUT', '/secrets/PATH', { value, origins: [origin] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name' }] },
    })
    expect(await ask('POST', `/secrets/${name}/origins`, { origin: 'cp.example.com' })).toMatchObject({ status: 422 })
    expect(await ask('DELETE', '/secrets/ROLLCALL_CP_TOKEN_NOBODY')).toMatchObject({ status: 404 })
    expect(await ask('DELETE', `/secrets/${name}/origins`)).toMatchObject({ status: 400 })
  })

  it('are told to screens without a value either', async () => {
    await ask('PUT', `/secrets/${name}`, { value, origins: [origin] })
    const response = await handleTrpc(new Request(`${testOrigin}/api/trpc/secrets.list`, { headers }), deps)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain(name)
    expect(text).not.toContain('planted')
  })
})
