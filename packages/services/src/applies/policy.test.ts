import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ComponentConfig,
  type EnvironmentConfig,
  noPolicy,
  type PolicyConfig,
} from '../configuration/configuration.ts'
import { inForce, type TestPlace, type TestWorld, testPlace, testWorld } from '../testing/index.ts'
import { openApply, openFollowingApply } from './open.ts'
import { previewApply } from './preview.ts'

let world: TestWorld
let place: TestPlace
beforeAll(async () => {
  world = await testWorld({ tenants: [] })
  place = await testPlace(world, ['acme', 'birch', 'cobalt'])
})
afterAll(() => world?.drop())

const careful: PolicyConfig = {
  ...{ batchSize: 1, soakSeconds: 7, onFailure: 'pause', maxStragglers: 1, requiresApproval: true, canary: 'birch' },
}
const door = { controlPlane: null, tenants: null }
const environment = (policy: Partial<PolicyConfig>): EnvironmentConfig => ({
  ...{ name: place.environment, title: null, ...door, patience: {} as never, policy: { ...noPolicy, ...policy } },
})
const component = (policy: Partial<PolicyConfig>): ComponentConfig => ({
  ...{ name: 'server', title: null },
  fleets: [{ environment: place.environment, ...door, policy: { ...noPolicy, ...policy } }],
})
const asked = (more: object = {}) => ({
  ...{ environment: place.environment, component: 'server', sha: world.shas[2], ...more },
})
const rowOf = (id: string) => world.store.db.apply.findUniqueOrThrow({ where: { id } })
const refused = { code: 'policy_needs_approval', field: 'requiresApproval' }

describe('the policy of an environment, for an apply that somebody opens there', () => {
  it('is what counts for everything that they leave open', async () => {
    await inForce(world, { environments: [environment(careful)] })
    const { apply } = await openApply(world.ctx, asked())
    expect(apply.state).toBe('awaiting_approval')
    expect(await rowOf(apply.id)).toMatchObject({
      ...{ batchSize: 1, soakSeconds: 7, onFailure: 'pause', maxStragglers: 1, requiresApproval: true },
      canarySlug: 'birch',
    })
  })

  it('gives way to what they say', async () => {
    const said = { batchSize: 2, soakSeconds: 0, onFailure: 'continue', maxStragglers: 0, canary: null }
    const { apply } = await openApply(world.ctx, asked({ ...said, requiresApproval: true }))
    const { canary, ...kept } = said
    expect(await rowOf(apply.id)).toMatchObject({ ...kept, canarySlug: canary, requiresApproval: true })
  })

  it('but not where it needs an approval: whoever says that none is needed is told why it is', async () => {
    await expect(openApply(world.ctx, asked({ requiresApproval: false }))).rejects.toMatchObject({
      code: 'refused',
      message: `The policy of ${place.environment} lets nothing of server begin without an approval.`,
      remedy: expect.stringContaining('requires_approval'),
      details: [refused],
    })
  })

  it('shows in the preview, under the hash that is opened', async () => {
    const preview = await previewApply(world.ctx, asked())
    expect(preview.policy).toEqual(careful)
    expect(preview.approvalKept?.message).toMatch(/^The policy of /)
    expect(preview.operations.map(({ slug }) => slug)).toEqual(['birch', 'acme', 'cobalt'])
    const { apply } = await openApply(world.ctx, asked({ planHash: preview.planHash }))
    expect(apply.planHash).toBe(preview.planHash)
    const without = await previewApply(world.ctx, asked({ requiresApproval: false }))
    expect(without).toMatchObject({ planHash: null, refusals: [refused], approvalKept: preview.approvalKept })
  })

  it('names a canary of the fleet, and none for those who leave that tenant out', async () => {
    const { policy, refusals } = await previewApply(world.ctx, asked({ targets: ['acme'] }))
    expect([policy.canary, refusals]).toEqual([null, []])
  })

  it('keeps nobody from what follows from the configuration itself', async () => {
    const { apply } = await openFollowingApply(
      world.ctx,
      { key: 'promotion:p', from: {} },
      asked({ requiresApproval: false }),
    )
    expect((await rowOf(apply.id)).requiresApproval).toBe(false)
    const { apply: other } = await openFollowingApply(
      world.ctx,
      { key: 'external-update:u', from: {}, deploy: { ...noPolicy, requiresApproval: false } },
      asked(),
    )
    expect(await rowOf(other.id)).toMatchObject({ requiresApproval: false, batchSize: 1 })
  })

  it('gives way to that of the component for its own fleet there', async () => {
    const components = [component({ requiresApproval: false, batchSize: 9 })]
    await inForce(world, { environments: [environment(careful)], components })
    const { apply } = await openApply(world.ctx, asked({ requiresApproval: false }))
    expect(await rowOf(apply.id)).toMatchObject({ requiresApproval: false, batchSize: 9, soakSeconds: 7 })
    await inForce(world, { environments: [environment({})], components: [component({ requiresApproval: true })] })
    await expect(openApply(world.ctx, asked({ requiresApproval: false }))).rejects.toMatchObject({ details: [refused] })
  })

  it('is nothing where none is said: then the defaults count, and an approval can be asked for', async () => {
    await inForce(world, {})
    const { apply } = await openApply(world.ctx, asked({ requiresApproval: false }))
    expect(await rowOf(apply.id)).toMatchObject({
      ...{ batchSize: 3, soakSeconds: 60, onFailure: 'halt', maxStragglers: 0, requiresApproval: false },
      canarySlug: null,
    })
    expect((await previewApply(world.ctx, asked({ requiresApproval: true }))).approvalKept).toBeNull()
  })
})
