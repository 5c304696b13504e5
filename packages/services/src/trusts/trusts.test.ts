import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { type TestWorld, testPerson, testWorld } from '../testing/index.ts'
import { findTokenPrincipal, listTokens } from '../tokens/index.ts'
import {
  createTrust,
  deleteTrust,
  disableTrust,
  enableTrust,
  exchangeProof,
  listTrusts,
  pruneExchanged,
  trustsOfIssuer,
  updateTrust,
} from './index.ts'
import { offered } from './offered.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
})
afterAll(() => world.drop())

const issuer = 'https://token.actions.githubusercontent.com'
let number = 0
const said = (more: object = {}) => ({
  ...{ name: `trust ${++number}`, issuer, claims: { repository_id: '123', ref: 'refs/heads/main' } },
  ...{ capabilities: ['apply.open'], environments: ['production'], minutes: 15 },
  ...more,
})
const rowsOf = (id: string) =>
  world.database.query<{ action: string; before: object | null; after: object | null }>(
    `select action, before, after from audit where subject_type = 'trust' and subject_id = '${id}' order by id`,
  )
const judged = async (id: string) => offered(await world.store.db.ciTrust.findUniqueOrThrow({ where: { id } }))
const exchange = async (trustId: string, proofId: string, claims: object = {}) =>
  exchangeProof(world.ctx, {
    ...{ trust: await judged(trustId), issuer, proofId },
    claims: { repository: 'acme/app', ref: 'refs/heads/main', run_id: 7, ...claims },
  })

describe('a trust', () => {
  it('is kept with what it was and became, each time somebody changed it', async () => {
    const { id, name } = await createTrust(world.ctx, said())
    await updateTrust(world.ctx, { id, ...said({ name, minutes: 5 }) })
    await updateTrust(world.ctx, { id, ...said({ name, minutes: 5 }) })
    await disableTrust(world.ctx, { id, reason: 'not now' })
    await disableTrust(world.ctx, { id })
    await enableTrust(world.ctx, { id })
    await deleteTrust(world.ctx, { id })
    expect(await rowsOf(id)).toMatchObject([
      { action: 'trust.create', before: null, after: { minutes: 15, claims: { ref: 'refs/heads/main' } } },
      { action: 'trust.update', before: { minutes: 15 }, after: { minutes: 5 } },
      { action: 'trust.disable', before: { state: 'live' }, after: { state: 'disabled' } },
      { action: 'trust.enable', before: { state: 'disabled' }, after: { state: 'live' } },
      { action: 'trust.delete', before: { minutes: 5, name }, after: null },
    ])
  })

  it('is given no more than its maker has, also when it is changed or enabled', async () => {
    const some: Context = {
      ...world.ctx,
      rights: new Map([
        ['trust.manage', 'everywhere'],
        ['apply.open', 'everywhere'],
      ]),
    }
    const { id, name } = await createTrust(some, said())
    const more = { capabilities: ['apply.open', 'apply.approve'] }
    const refused = {
      code: 'refused',
      field: 'capabilities',
      message: expect.stringMatching(/cannot give apply\.approve/),
    }
    await expect(createTrust(some, said(more))).rejects.toMatchObject(refused)
    await expect(updateTrust(some, { id, ...said({ ...more, name }) })).rejects.toMatchObject(refused)
    await updateTrust(world.ctx, { id, ...said({ ...more, name }) })
    await disableTrust(some, { id })
    await expect(enableTrust(some, { id })).rejects.toMatchObject(refused)
  })

  it('is not made by an API token, which would outlive itself by it', async () => {
    const { id } = await createTrust(world.ctx, said())
    const token: Context = { ...world.ctx, actor: { id: 'tok_1', name: 'ci', via: 'api', credential: 'token rc_x' } }
    const tries = [
      () => createTrust(token, said()),
      () => updateTrust(token, { id, ...said() }),
      () => enableTrust(token, { id }),
    ]
    for (const make of tries) {
      await expect(make()).rejects.toMatchObject({ code: 'refused', message: /API token does not make trusts/ })
    }
    await disableTrust(token, { id })
  })

  it('has a name of its own', async () => {
    const [one, two] = [await createTrust(world.ctx, said()), await createTrust(world.ctx, said())]
    const taken = { code: 'conflict', field: 'name' }
    await expect(createTrust(world.ctx, said({ name: one.name }))).rejects.toMatchObject(taken)
    await expect(updateTrust(world.ctx, { id: two.id, ...said({ name: one.name }) })).rejects.toMatchObject(taken)
  })

  it('tells of its environments only those that somebody may see', async () => {
    const { id } = await createTrust(world.ctx, said())
    const stranger = await testPerson(world, 'Stella')
    const seen = (await listTrusts(stranger.ctx)).find((one) => one.id === id)
    expect(seen).toMatchObject({ environments: [], elsewhere: 1 })
  })

  it('is offered to its own issuer only, while it is not disabled', async () => {
    const own = 'https://git.example.com/api/actions'
    const { id } = await createTrust(world.ctx, said({ issuer: own }))
    const offered = async (to: string) => (await trustsOfIssuer(world.store.db, to)).map((one) => one.id)
    expect(await offered(own)).toEqual([id])
    for (const other of [`${own}/`, own.toUpperCase(), 'https://git.example.com'])
      expect(await offered(other)).toEqual([])
    await disableTrust(world.ctx, { id })
    expect(await offered(own)).toEqual([])
  })
})

describe('what a pipeline is given', () => {
  it('never does more than its trust at that moment, and goes with it', async () => {
    const { id } = await createTrust(world.ctx, said({ capabilities: ['apply.open', 'apply.stop'] }))
    const { token } = await exchange(id, 'proof-1')
    const rights = async () => {
      const answer = await findTokenPrincipal(world.store.db, token, world.clock.now)
      return answer.kind === 'live' ? [...answer.principal.rights.keys()] : answer.kind
    }
    expect(await rights()).toEqual(['apply.open', 'apply.stop'])
    await world.store.db.ciTrust.update({ where: { id }, data: { capabilities: ['apply.stop'] } })
    expect(await rights()).toEqual(['apply.stop'])
    await deleteTrust(world.ctx, { id })
    expect(await rights()).toBe('unknown')
  })

  it('under one trust is not given under another for the same proof', async () => {
    const [one, two] = [await createTrust(world.ctx, said()), await createTrust(world.ctx, said())]
    await exchange(one.id, 'proof-2')
    await expect(exchange(two.id, 'proof-2')).rejects.toMatchObject({ message: /under another trust/ })
  })

  it.each([
    ['claims', { claims: { repository_id: '124', ref: 'refs/heads/main' } }],
    ['audience', { audience: 'https://another.example.com' }],
    ['issuer', { issuer: 'https://gitlab.com', claims: { project_id: '7' } }],
  ])('is not given by what its trust said before: %s', async (_what, change) => {
    const { id, name } = await createTrust(world.ctx, said())
    const trust = await judged(id)
    await updateTrust(world.ctx, { id, ...said({ name, ...change }) })
    const late = exchangeProof(world.ctx, { trust, issuer, proofId: `late ${name}`, claims: {} })
    await expect(late).rejects.toMatchObject({ code: 'conflict', message: /was changed a moment ago/ })
    expect(await world.store.db.apiToken.count({ where: { trustId: id } })).toBe(0)
  })

  it('while its trust is being changed ends with what the trust said before', async () => {
    const { id, name } = await createTrust(world.ctx, said())
    const trust = await judged(id)
    const [came] = await Promise.allSettled([
      exchangeProof(world.ctx, { trust, issuer, proofId: `race ${name}`, claims: {} }),
      updateTrust(world.ctx, { id, ...said({ name, claims: { repository_id: '124', ref: 'refs/heads/main' } }) }),
    ])
    const live = await world.store.db.apiToken.count({ where: { trustId: id, revokedAt: null } })
    expect(live, came.status).toBe(0)
  })

  it('is forgotten 30 days after its end, and what people made is not, nor when a pipeline last came in', async () => {
    const { id } = await createTrust(world.ctx, said())
    await exchange(id, 'proof-3')
    const usedAt = world.clock.now.toISOString()
    const lastUse = async () => (await listTrusts(world.ctx)).find((one) => one.id === id)?.lastUsedAt
    expect(await lastUse()).toBe(usedAt)
    const all = async () => (await listTokens(world.ctx, { of: 'pipelines', limit: 200 })).items.length
    const before = await all()
    world.clock.pass(30 * 86_400)
    expect(await pruneExchanged(world.ctx)).toBe(0)
    world.clock.pass(15 * 60 + 1)
    expect(await pruneExchanged(world.ctx)).toBe(before)
    expect(await all()).toBe(0)
    expect(await lastUse()).toBe(usedAt)
  })
})
