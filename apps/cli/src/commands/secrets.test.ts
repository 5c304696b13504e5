import { randomBytes } from 'node:crypto'
import { readSecretKeys, setSecret } from '@rollcall/services'
import { type TestWorld, testWorld } from '@rollcall/services/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../run.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

async function rotate(env: NodeJS.ProcessEnv, ...more: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(['secrets', 'rotate', ...more], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    env: { DATABASE_URL: world.database.url, ...env },
    now: () => world.clock.now,
  })
  return { code, out: out.join(''), err: err.join('') }
}

const newKey = () => randomBytes(32).toString('base64')

test('what is stored is encrypted anew, and neither key nor value is said', async () => {
  const [older, current] = [newKey(), newKey()]
  const value = 'planted-value-4711'
  const ctx = { ...world.ctx, keys: readSecretKeys({ ROLLCALL_SECRET_KEY: older }) }
  const name = 'ROLLCALL_CP_TOKEN_EU'
  await setSecret(ctx, { name, value, origins: ['https://cp.example.com'] })
  expect(await rotate({ ROLLCALL_SECRET_KEY: current })).toMatchObject({
    code: 1,
    out: expect.stringContaining(`Under a key that is not here: ${name}`),
  })
  const done = await rotate({ ROLLCALL_SECRET_KEY: current, ROLLCALL_SECRET_KEY_PREVIOUS: older })
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining(`Encrypted anew: ${name}`), err: '' })
  const again = await rotate({ ROLLCALL_SECRET_KEY: current }, '--json')
  expect(JSON.parse(again.out)).toMatchObject({ rotated: [], kept: [name], unreadable: [] })
  for (const text of [done.out, again.out])
    for (const secret of [older, current, value]) expect(text).not.toContain(secret)
})

test.each([
  [{}, 'There is no key to encrypt secrets with'],
  [{ ROLLCALL_SECRET_KEY: 'x' }, 'ROLLCALL_SECRET_KEY is no key'],
  [{ ROLLCALL_HOME: '/nowhere' }, '/nowhere/secret.key cannot be read'],
])('without a key it is refused with what to do: %j', async (env, said) => {
  expect(await rotate(env)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(said) })
})
