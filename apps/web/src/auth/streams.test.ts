import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import {
  acceptInvitation,
  addPerson,
  type Context,
  changePassword,
  createToken,
  deletePerson,
  disablePerson,
  endSessions,
  invitePerson,
  type RoleHeld,
  revokeToken,
  setRoles,
} from '@rollcall/services'
import { type TestPlace, type TestWorld, testPlace, testWorld } from '@rollcall/services/testing'
import type { Store } from '@rollcall/store'
import { countStatements } from '@rollcall/store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frontEntries } from '../front/entries.ts'
import { openFront } from '../front/front.ts'
import { openHookReceiver } from '../hooks/receiver.ts'
import type { Deps } from '../server/context.ts'
import { type Principal, principalOf } from '../server/principal.ts'
import { testDeps, testOrigin, testToken } from '../server/testing/deps.ts'
import { signedInAs, signedInAsOperator, signInOf } from '../server/testing/people.ts'
import { watchAccess } from './access-watch.ts'

let world: TestWorld
let place: TestPlace
let applyId: string
let server: Server
let deps: Deps
let otherProcess: Store

beforeAll(async () => {
  world = await testWorld({ tenants: ['acme'] })
  place = await testPlace(world, ['birch'])
  applyId = (await place.open({ requiresApproval: true })).id
  deps = testDeps({ store: world.store, clock: world.clock }).deps
  otherProcess = await world.database.open()
  const front = openFront({ deps, receiver: openHookReceiver(deps), entries: frontEntries }, async () => {})
  server = createServer(front.listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await signedInAs(deps, [{ role: 'admin', environment: null }])
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.drop()
})

const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
const everywhere = (role: RoleHeld['role']): RoleHeld => ({ role, environment: null })

/** Opens an event stream as a browser does; `ended` resolves with when it was over and what it said last. */
async function open(headers: Record<string, string>, path = '/api/trpc/live.watch') {
  const controller = new AbortController()
  const response = await fetch(address(path), { headers, signal: controller.signal })
  expect(response.status).toBe(200)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  const decoder = new TextDecoder()
  const begun = Promise.withResolvers<void>()
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) return { at: performance.now(), text }
      text += decoder.decode(value, { stream: true })
      if (text.includes('event: connected')) begun.resolve()
    }
  })()
  await begun.promise
  let over = false
  void ended.then(() => {
    over = true
  })
  return { ended, isOver: () => over, leave: () => controller.abort() }
}
const watchApplyPath = () => `/api/trpc/applies.watch?input=${encodeURIComponent(JSON.stringify({ id: applyId }))}`

/** How long a stream outlives what is done, in milliseconds. */
async function outlives(stream: Awaited<ReturnType<typeof open>>, done: () => Promise<unknown>) {
  await done()
  const doneAt = performance.now()
  const { at, text } = await stream.ended
  return { milliseconds: Math.max(0, Math.round(at - doneAt)), text }
}

const elsewhere = (): Context => ({ ...world.ctx, store: otherProcess })

async function contextOf(cookie: string): Promise<Context> {
  const principal = await principalOf(new Headers({ cookie }), deps)
  return { ...world.ctx, actor: { name: 'self', via: 'ui', id: principal?.id, credential: principal?.credential } }
}

describe('a stream is dead within a second', () => {
  type Who = { cookie: string; userId: string }
  it.each<[string, (who: Who) => Promise<unknown>]>([
    [
      'somebody signs out',
      ({ cookie }) => fetch(address('/api/session'), { method: 'DELETE', headers: { cookie, origin: testOrigin } }),
    ],
    ['their sessions are ended', ({ userId }) => endSessions(elsewhere(), { personId: userId })],
    ['their roles change', ({ userId }) => setRoles(elsewhere(), { id: userId, roles: [everywhere('operator')] })],
    ['they are disabled', ({ userId }) => disablePerson(elsewhere(), { id: userId })],
    ['they are deleted', ({ userId }) => deletePerson(elsewhere(), { id: userId })],
    [
      'they choose a new password by a link',
      async ({ userId }) => {
        const { link } = await invitePerson(world.ctx, { id: userId })
        await acceptInvitation(elsewhere(), { secret: link.secret, password: 'correct horse battery staple' })
      },
    ],
    [
      'the row is gone and no hint came',
      ({ userId }) => world.database.query('delete from sessions where user_id = $1', [userId]),
    ],
    ['it was not used for 8 hours', async () => world.clock.pass(8 * 3600)],
  ])('when %s', async (what, revoke) => {
    const who = await signedInAs(deps, [everywhere('viewer')])
    const someoneElse = await signedInAs(deps, [everywhere('viewer')])
    const other = await open({ cookie: await signInOf(deps, someoneElse.userId) })
    const streams = [await open({ cookie: who.cookie }), await open({ cookie: who.cookie }, watchApplyPath())]
    const [first, second] = streams as [(typeof streams)[0], (typeof streams)[0]]
    const { milliseconds, text } = await outlives(first, () => revoke(who))
    await second.ended
    expect(milliseconds).toBeLessThan(1000)
    expect(text).toContain('UNAUTHORIZED')
    const again = await fetch(address('/api/trpc/live.watch'), { headers: { cookie: who.cookie } })
    expect(again.status).toBe(401)
    if (!what.includes('8 hours')) expect(other.isOver()).toBe(false)
    other.leave()
  })

  it('when somebody changes the password, everywhere but here', async () => {
    const { person, link } = await addPerson(world.ctx, { name: 'P', email: 'p@x.test', roles: [everywhere('viewer')] })
    const password = 'correct horse battery staple'
    await acceptInvitation(world.ctx, { secret: link.secret, password })
    const [here, there] = [await signInOf(deps, person.id), await signInOf(deps, person.id)]
    const [mine, other] = [await open({ cookie: here }), await open({ cookie: there })]
    const self = await contextOf(here)
    const { milliseconds } = await outlives(other, () =>
      changePassword(self, { current: password, password: 'another good password' }),
    )
    expect(milliseconds).toBeLessThan(1000)
    expect(mine.isOver()).toBe(false)
    mine.leave()
  })

  it('when the operator signs out', async () => {
    const cookie = await signedInAsOperator(deps)
    const stream = await open({ cookie })
    const { milliseconds } = await outlives(stream, () =>
      fetch(address('/api/session'), { method: 'DELETE', headers: { cookie, origin: testOrigin } }),
    )
    expect(milliseconds).toBeLessThan(1000)
  })

  it('when an API token is revoked, or its owner may no longer read there', async () => {
    const owner = await signedInAs(deps, [everywhere('operator')])
    const self = await contextOf(owner.cookie)
    const asked = { name: 'ci', capabilities: ['read'], environments: 'everywhere', expiresInHours: 1 }
    const [one, two] = [await createToken(self, asked), await createToken(self, asked)]
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const [first, second] = [await open(bearer(one.token)), await open(bearer(two.token), watchApplyPath())]
    const revoked = await outlives(first, () => revokeToken({ ...elsewhere(), actor: self.actor }, { id: one.id }))
    expect(second.isOver()).toBe(false)
    const reduced = await outlives(second, () =>
      setRoles(elsewhere(), { id: owner.userId, roles: [{ role: 'viewer', environment: 'production' }] }),
    )
    expect(Math.max(revoked.milliseconds, reduced.milliseconds)).toBeLessThan(1000)
    // what they may not see is not there for them
    expect(reduced.text).toContain('NOT_FOUND')
  })
})

it('costs a look in half a second, however many streams there are', async () => {
  const principals = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const { cookie } = await signedInAs(deps, [everywhere('viewer')])
      return (await principalOf(new Headers({ cookie }), deps)) as Principal
    }),
  )
  let told = 0
  const open = Array.from({ length: 500 }, (_, n) => watchAccess(deps, principals[n % 5] as Principal, () => told++))
  const statements = await countStatements(() => setTimeout(2_000))
  for (const stop of open) stop()
  expect(told).toBe(0)
  // a look is three statements: sessions, their people, what these are
  expect(statements).toBeGreaterThanOrEqual(6)
  expect(statements).toBeLessThanOrEqual(15)
  // a look that was under way when the last one left may end; none begins any more: each of these waits is longer than
  // the pause between two looks
  await expect.poll(() => countStatements(() => setTimeout(600)), { timeout: 5_000 }).toBe(0)
})

it('what is opened with the operator token stays open', async () => {
  const stream = await open({ authorization: `Bearer ${testToken}` })
  await signedInAs(deps, [everywhere('viewer')])
  expect(stream.isOver()).toBe(false)
  stream.leave()
})
