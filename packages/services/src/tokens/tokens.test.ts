import { allows, roleNames } from '@rollcall/rollout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { type TestPerson, type TestPlace, type TestWorld, testPerson, testPlace, testWorld } from '../testing/index.ts'
import {
  createToken,
  findTokenPrincipal,
  findTokenPrincipals,
  getToken,
  listTokens,
  type NewTokenView,
  revokeToken,
} from './index.ts'

let world: TestWorld
let staging: TestPlace
let ada: TestPerson
let olga: TestPerson
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  staging = await testPlace(world, ['acme'])
  ada = await testPerson(world, 'Ada', ['admin', null])
  olga = await testPerson(world, 'Olga', ['operator', staging.environmentId])
})
afterAll(() => world.drop())

const wanted = { name: 'deploy', capabilities: ['apply.open', 'read'], expiresInHours: 24 }
const make = (ctx: Context, more: Record<string, unknown> = {}): Promise<NewTokenView> =>
  createToken(ctx, { ...wanted, environments: [staging.environment], ...more })
const look = (token: string) => findTokenPrincipal(world.store.db, token, world.clock.now)
async function rightsOf(token: string) {
  const answer = await look(token)
  if (answer.kind !== 'live') throw new Error(`it is ${answer.kind}`)
  return answer.principal.rights
}

describe('a token', () => {
  it('lets in its owner, for what it was given, where it was given', async () => {
    const made = await make(olga.ctx)
    const answer = await look(made.token)
    expect(answer).toMatchObject({
      kind: 'live',
      principal: { id: made.id, name: 'deploy', prefix: made.prefix, ownerId: olga.id },
    })
    const rights = await rightsOf(made.token)
    expect([...rights.keys()].sort()).toEqual(['apply.open', 'read'])
    expect(allows(rights, 'apply.open', { environmentId: staging.environmentId })).toBe(true)
    expect(allows(rights, 'apply.open', { environmentId: world.environmentId })).toBe(false)
    expect(allows(rights, 'apply.open', 'everywhere')).toBe(false)
  })

  it('is nowhere but in the answer to whoever made it', async () => {
    const { token } = await make(olga.ctx)
    const secret = token.slice(12)
    const told = [await listTokens(ada.ctx, {}), await world.database.query('select * from audit')]
    const stored = await world.database.query('select * from api_tokens')
    expect(
      JSON.stringify([told, stored], (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(secret)
    expect(JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
      /[0-9a-f]{64}/,
    )
  })

  it('of a role holds what the role stands for, and of the installation nothing where it is for an environment', async () => {
    const here = await make(ada.ctx, { capabilities: 'operator' })
    expect(here.capabilities).toContain('apply.open')
    expect(here.capabilities).not.toContain('build.publish')
    const everywhere = await make(ada.ctx, { capabilities: 'operator', environments: 'everywhere' })
    expect(everywhere.capabilities).toContain('build.publish')
    expect(allows(await rightsOf(everywhere.token), 'build.publish', 'everywhere')).toBe(true)
  })

  it('can publish builds and deploy to one environment only, as a pipeline does', async () => {
    const { token } = await make(ada.ctx, { capabilities: ['build.publish', 'apply.open'] })
    const rights = await rightsOf(token)
    expect(allows(rights, 'build.publish', 'everywhere')).toBe(true)
    expect(allows(rights, 'apply.open', { environmentId: world.environmentId })).toBe(false)
  })

  it('that is not typed correctly is refused without the database', async () => {
    const { token } = await make(olga.ctx)
    const broken = { apiToken: null } as never
    const answer = await findTokenPrincipal(
      broken,
      `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
      world.clock.now,
    )
    expect(answer).toMatchObject({ kind: 'dead', why: expect.stringMatching(/not typed correctly/) })
    expect(await findTokenPrincipal(broken, 'another-secret', world.clock.now)).toEqual({ kind: 'unknown' })
  })

  it('of which only the beginning is right is nobody’s', async () => {
    const [mine, other] = [await make(olga.ctx), await make(olga.ctx)]
    await world.store.db.apiToken.delete({ where: { id: other.id } })
    expect(await look(other.token)).toEqual({ kind: 'unknown' })
    expect((await look(mine.token)).kind).toBe('live')
  })
})

describe('nobody gives more than they have', () => {
  it.each([
    ['what they may not do', { capabilities: ['apply.release'] }, /cannot give apply\.release in place-\d+/],
    [
      'it in an environment that they do not see',
      { environments: ['production'] },
      /There is no environment "production"/,
    ],
    ['it everywhere', { environments: 'everywhere' }, /cannot give .* everywhere yourself/],
    [
      'what belongs to the installation',
      { capabilities: ['build.publish'], environments: [] },
      /cannot give build\.publish/,
    ],
    ['a role with more in it', { capabilities: 'releaser' }, /cannot give apply\.release/],
  ])('an operator of staging does not give %s', async (_what, more, message) => {
    const error = await make(olga.ctx, more).catch((error: unknown) => error)
    expect(error).toMatchObject({ message: expect.stringMatching(message), remedy: expect.any(String) })
  })

  it('an administrator gives every role, and the operator token does', async () => {
    for (const capabilities of roleNames) {
      await make(ada.ctx, { capabilities, environments: 'everywhere' })
      await make(world.ctx, { capabilities, environments: 'everywhere' })
    }
  })

  it('whoever was disabled between the click and the deed makes none', async () => {
    const gone = await testPerson(world, 'Gone', ['admin', null])
    await world.store.db.user.update({ where: { id: gone.id }, data: { disabledAt: world.clock.now } })
    await expect(make(gone.ctx)).rejects.toMatchObject({ code: 'refused' })
    await world.store.db.user.delete({ where: { id: gone.id } })
    await expect(make(gone.ctx)).rejects.toMatchObject({ code: 'refused' })
  })

  it('no token makes another, even one that may make tokens', async () => {
    const { id } = await make(ada.ctx, { capabilities: 'admin', environments: 'everywhere' })
    const asToken: Context = { ...ada.ctx, actor: { id, name: 'deploy', via: 'api', credential: 'token rc_x' } }
    await expect(make(asToken)).rejects.toMatchObject({ code: 'refused', message: /does not make other tokens/ })
  })

  it.each([
    ['no environment for what is held in one', { environments: [] }, 'environments'],
    ['an environment that is not there', { environments: ['nowhere'] }, 'environments'],
  ])('and %s is refused', async (_what, more, field) => {
    await expect(make(ada.ctx, more)).rejects.toMatchObject({ field })
  })
})

describe('a token never does more than its owner at that moment', () => {
  it('follows the owner’s roles down and up again, and says what it lost', async () => {
    const rhea = await testPerson(world, 'Rhea', ['releaser', null])
    const made = await make(rhea.ctx, { capabilities: 'releaser', environments: 'everywhere' })
    expect((await rightsOf(made.token)).get('apply.release')).toBe('everywhere')
    await rhea.become(['releaser', staging.environmentId], ['viewer', null])
    const less = await rightsOf(made.token)
    expect([less.get('apply.release'), less.get('read'), less.has('build.publish')]).toEqual([
      new Set([staging.environmentId]),
      'everywhere',
      false,
    ])
    expect((await getToken(rhea.ctx, { id: made.id })).lost).toContain('build.publish')
    await rhea.become()
    expect((await rightsOf(made.token)).size).toBe(0)
    await rhea.become(['admin', null])
    expect((await rightsOf(made.token)).has('people.manage')).toBe(false)
  })

  it('is dead while its owner may not come in, and gone with them', async () => {
    const carl = await testPerson(world, 'Carl', ['admin', null])
    const { token, id } = await make(carl.ctx)
    await world.store.db.user.update({ where: { id: carl.id }, data: { disabledAt: world.clock.now } })
    expect(await look(token)).toMatchObject({ kind: 'dead', why: expect.stringMatching(/may no longer come in/) })
    expect((await findTokenPrincipals(world.store.db, [id], world.clock.now)).size).toBe(0)
    await world.store.db.user.delete({ where: { id: carl.id } })
    expect(await look(token)).toEqual({ kind: 'unknown' })
  })
})

describe('the end of a token', () => {
  it('comes with its time, and is told with it', async () => {
    const { token, id, expiresAt } = await make(olga.ctx, { expiresInHours: 1 })
    const db = world.store.db
    const at = new Date(expiresAt)
    expect((await findTokenPrincipal(db, token, new Date(at.getTime() - 1))).kind).toBe('live')
    expect(await findTokenPrincipal(db, token, at)).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining(`expired at ${expiresAt}`),
    })
    expect((await findTokenPrincipals(db, [id], at)).has(id)).toBe(false)
  })

  it('comes when it is revoked, once, with who did it and why in the record', async () => {
    const made = await make(olga.ctx)
    const revoked = await revokeToken(olga.ctx, { id: made.id, reason: 'it was in a log' })
    expect(revoked).toMatchObject({ state: 'revoked', revokedBy: 'Olga' })
    expect(await look(made.token)).toMatchObject({ kind: 'dead', why: expect.stringMatching(/was revoked at 2026/) })
    await revokeToken(ada.ctx, { id: made.id })
    const rows = await world.database.query<{ action: string; actor: string; reason: string }>(
      `select action, actor, reason, before, after from audit where subject_id = '${made.id}' order by id`,
    )
    expect(rows).toMatchObject([
      {
        action: 'token.create',
        actor: 'Olga',
        before: null,
        after: { prefix: made.prefix, environments: [staging.environment] },
      },
      { action: 'token.revoke', actor: 'Olga', reason: 'it was in a log', before: { revokedAt: null } },
    ])
  })
})

describe('whose tokens one sees', () => {
  it('are one’s own, and with token.manage everybody’s', async () => {
    const mona = await testPerson(world, 'Mona', ['operator', null])
    const mine = await make(mona.ctx)
    const adas = await make(ada.ctx)
    expect((await listTokens(mona.ctx, {})).items.map(({ id }) => id)).toEqual([mine.id])
    const all = (await listTokens(ada.ctx, { limit: 200 })).items
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([mine.id, adas.id]))
    expect(all.find(({ id }) => id === mine.id)).toMatchObject({ yours: false, owner: { name: 'Mona' } })
    for (const verb of [getToken, revokeToken]) {
      await expect(verb(mona.ctx, { id: adas.id })).rejects.toMatchObject({
        code: 'forbidden',
        message: /token\.manage/,
      })
    }
    await revokeToken(ada.ctx, { id: mine.id })
    expect((await look(mine.token)).kind).toBe('dead')
  })

  it('are, for a token, itself', async () => {
    const made = await make(olga.ctx)
    await make(olga.ctx)
    const asToken: Context = { ...olga.ctx, actor: { id: made.id, name: 'deploy', via: 'api', credential: 'token' } }
    expect((await listTokens(asToken, {})).items.map(({ id }) => id)).toEqual([made.id])
  })

  it('come in pages, newest first, and those that have ended after all that are live', async () => {
    const pat = await testPerson(world, 'Pat', ['admin', null])
    await make(pat.ctx)
    const dead = await make(pat.ctx)
    await revokeToken(pat.ctx, { id: dead.id })
    const late = await make(olga.ctx, { expiresInHours: 1 })
    const out = await testPerson(world, 'Out', ['admin', null])
    const ownerless = await make(out.ctx)
    await world.store.db.user.update({ where: { id: out.id }, data: { disabledAt: world.clock.now } })
    await make(pat.ctx, { expiresInHours: 3 })
    world.clock.pass(3_600)

    const items = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listTokens(pat.ctx, { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      items.push(...page.items)
      cursor = page.nextCursor
    }
    const ended = items.filter(({ state }) => state !== 'live').map(({ id }) => id)
    const live = items.filter(({ state }) => state === 'live').map(({ id }) => id)
    expect(items.map(({ id }) => id)).toEqual([...live.toSorted().reverse(), ...ended.toSorted().reverse()])
    expect(live.length).toBeGreaterThan(0)
    expect(ended).toEqual(expect.arrayContaining([dead.id, late.id, ownerless.id]))
    expect(items).toHaveLength(await world.store.db.apiToken.count({ where: { trustId: null } }))
    expect(new Set([...live, ...ended]).size).toBe(items.length)
  })
})

describe('that it was used', () => {
  const usedAt = async (id: string) => (await world.store.db.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt

  it('is written at most once a minute, aside', async () => {
    const { token, id } = await make(olga.ctx)
    const first = world.clock.now
    await Promise.all(Array.from({ length: 5 }, () => look(token)))
    await expect.poll(() => usedAt(id)).toEqual(first)
    world.clock.pass(59)
    await look(token)
    world.clock.pass(1)
    await look(token)
    await expect.poll(() => usedAt(id)).toEqual(world.clock.now)
    world.clock.pass(-30)
    await look(token)
    expect((await usedAt(id))?.getTime()).toBeGreaterThan(world.clock.now.getTime())
  })

  it('is not written for one that is dead', async () => {
    const made = await make(olga.ctx)
    await revokeToken(olga.ctx, { id: made.id })
    await look(made.token)
    expect(await usedAt(made.id)).toBeNull()
  })
})
