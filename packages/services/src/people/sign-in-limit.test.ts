import { openStore } from '@rollcall/store'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWorld, testWorld } from '../testing/index.ts'
import { pruneAccess } from './prune.ts'
import { beginSignIn, countRefusal, signInSucceeded, type Trying, waitBefore } from './sign-in-limit.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const begin = (who: Omit<Trying, 'way'> & Partial<Trying>) => beginSignIn(world.ctx, { way: 'sign-in', ...who })
const tries = async (who: Omit<Trying, 'way'> & Partial<Trying>, times: number) => {
  let last = await begin(who)
  for (let i = 1; i < times; i++) last = await begin(who)
  return last.waitSeconds
}

it('makes a client wait that failed ten times with an account, and nobody else', async () => {
  const here = { account: 'Vera@x.test', client: '192.0.2.1' }
  expect(await tries(here, 10)).toBe(0)
  expect(await tries({ ...here, account: 'vera@X.test ' }, 1)).toBe(300)
  expect(await tries({ ...here, client: '192.0.2.2' }, 1)).toBe(0)
  expect(await tries({ ...here, account: 'ada@x.test' }, 1)).toBe(0)
  world.clock.pass(200)
  expect(await tries(here, 1)).toBe(100)
})

it('is not forgotten by a restart, and is when the window is over', async () => {
  const here = { account: 'rel@x.test', client: '192.0.2.3' }
  await tries(here, 11)
  const again = await openStore({ url: world.database.url })
  try {
    expect((await beginSignIn({ ...world.ctx, store: again }, { way: 'sign-in', ...here })).waitSeconds).toBe(300)
  } finally {
    await again.close()
  }
  world.clock.pass(300)
  expect(await tries(here, 1)).toBe(0)
})

it('counts tries that are made at the same time', async () => {
  const here = { account: 'op@x.test', client: '192.0.2.4' }
  const all = await Promise.all(Array.from({ length: 30 }, () => begin(here)))
  expect(all.filter(({ waitSeconds }) => waitSeconds === 0)).toHaveLength(10)
})

it('forgets the failures of whoever succeeds', async () => {
  const here = { account: 'app@x.test', client: '192.0.2.5' }
  for (let i = 0; i < 40; i++) {
    const attempt = await begin(here)
    expect(attempt.waitSeconds).toBe(0)
    await signInSucceeded(world.ctx, attempt)
  }
})

it('makes a client wait that goes from account to account, whatever address of its network it comes from', async () => {
  let waits = 0
  for (let i = 0; i < 51; i++) {
    const client = `2001:db8:1:2::${i.toString(16)}`
    waits = (await begin({ account: `a${i}@x.test`, client })).waitSeconds
  }
  expect(waits).toBe(300)
  expect(await tries({ account: 'a1@x.test', client: '2001:db8:1:3::1' }, 1)).toBe(0)
})

it('counts each way in apart: machines that fail keep no person at their address out', async () => {
  const client = '192.0.2.7'
  expect(await tries({ way: 'token', account: null, client }, 51)).toBe(300)
  expect(await tries({ way: 'proof', account: 'x', client }, 11)).toBe(300)
  expect(await tries({ account: 'x', client }, 1)).toBe(0)
})

it('of what is counted when it was refused, any number may be tried at once', async () => {
  const who: Trying = { way: 'proof', account: 'repo:acme/app', client: '192.0.2.8' }
  const waits = await Promise.all(Array.from({ length: 30 }, () => waitBefore(world.ctx, who)))
  expect(Math.max(...waits)).toBe(0)
  const before = await world.store.db.auditEntry.count({ where: { action: 'sign_in.wait' } })
  for (let i = 0; i < 12; i++) await countRefusal(world.ctx, who)
  expect(await waitBefore(world.ctx, who)).toBe(300)
  expect(await waitBefore(world.ctx, { ...who, account: 'repo:acme/other' })).toBe(0)
  expect(await world.store.db.auditEntry.count({ where: { action: 'sign_in.wait' } })).toBe(before + 1)
  world.clock.pass(300)
  expect(await waitBefore(world.ctx, who)).toBe(0)
})

it('is written to the audit once for each window, and leaves nothing behind after it', async () => {
  const before = await world.store.db.auditEntry.count({ where: { action: 'sign_in.wait' } })
  await tries({ account: 'x@x.test', client: '192.0.2.6' }, 40)
  expect(await world.store.db.auditEntry.count({ where: { action: 'sign_in.wait' } })).toBe(before + 1)
  world.clock.pass(301)
  await pruneAccess(world.ctx)
  expect(await world.store.db.signInFailure.count()).toBe(0)
})
