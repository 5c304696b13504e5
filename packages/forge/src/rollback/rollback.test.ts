import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyUpdate, ringSize, type Slot } from '../receive/slot.ts'
import type { Update } from '../receive/validate.ts'
import { casesOf } from '../testing/index.ts'
import { applyRollback, mayRecord, rollbackSlot } from './apply.ts'
import { planRollback, type RollbackAsk, type RollbackPlan, type RollbackWorld, rollbackRules } from './plan.ts'
import { namesCommit } from './sha-prefix.ts'
import type { EnvironmentSnapshot, EnvironmentState } from './state.ts'

const by = { now: new Date('2026-01-01T12:00:00Z'), actor: 'ana' }
const snapshot = (sha: string, more: Partial<EnvironmentSnapshot> = {}): EnvironmentSnapshot => ({
  sha,
  version: null,
  deploys: {},
  ...more,
})
const state = (more: Partial<EnvironmentState> = {}): EnvironmentState => ({
  ...snapshot('c2', {
    version: 'v2.0.0',
    deploys: { api: { sha: 'c2', version: null }, web: { sha: 'c2', version: null } },
  }),
  ref: '',
  baseSha: '',
  patches: [],
  previous: [snapshot('c1', { version: 'v1.0.0' })],
  external: {},
  ...more,
})
const world = (test: EnvironmentState = state(), history: EnvironmentSnapshot[] = []): RollbackWorld => ({
  ladder: ['dev', 'test', 'prod'],
  state: { dev: state(), test },
  deployables: ['api', 'web', 'svc'],
  history,
})
const ask = (more: Partial<RollbackAsk> = {}): RollbackAsk => ({
  environment: 'test',
  to: null,
  deployable: null,
  ...more,
})
const planned = (given: RollbackWorld, about: Partial<RollbackAsk> = {}): RollbackPlan => {
  const plan = planRollback(given, ask(about))
  if (!plan.ok) throw new Error(plan.message)
  return plan
}

describe('naming a commit', () => {
  it.each(casesOf('rollback.sha-match'))('agrees with the field about $id', ({ given, expect: expected }) => {
    expect(namesCommit(given.c, given.r)).toBe(expected)
  })
  it('takes seven characters and no fewer, in any case, and nothing longer', () => {
    expect(namesCommit('abcdef1234567', 'ABCDEF1')).toBe(true)
    expect(namesCommit('abcdef1234567', 'abcdef')).toBe(false)
    expect(namesCommit('abcdef1234567', 'bcdef123')).toBe(false)
    expect(namesCommit('abcdef1', 'abcdef12')).toBe(false)
    expect(namesCommit('', '')).toBe(false)
  })
})

describe('planning a rollback', () => {
  it.each(casesOf('rollback.plan'))('agrees with the field about $id', ({ given, expect: expected }) => {
    const entries = (list: (string | EnvironmentSnapshot)[] = []) =>
      list.map((one) => (typeof one === 'string' ? snapshot(one) : { ...snapshot(one.sha), ...one }))
    const test = state({
      ...(given.live && { sha: given.live.sha }),
      ...(given.ref && { ref: given.ref }),
      ...(given.patches && { patches: given.patches }),
      ...(given.ring && { previous: entries(given.ring) }),
    })
    const plan = planRollback(
      world(test, entries(given.history)),
      ask({
        environment: given.env ?? 'test',
        to: given.to ?? null,
        deployable: given.deployable ?? null,
        // a scope without a target needs something earlier to go back to
        ...(expected === 'allowed' && { to: 'c2' }),
      }),
    )
    if (expected === 'allowed') expect(plan.ok).toBe(true)
    else if (expected.error_contains !== undefined) {
      expect(plan).toMatchObject({ ok: false, message: expect.stringContaining(expected.error_contains) })
    } else expect(plan).toMatchObject({ ok: true, target: expected })
  })

  it('says where a target comes from: live, then ring, then history', () => {
    const given = world(state({ previous: [snapshot('c1'), snapshot('c0')] }), [snapshot('c0'), snapshot('b9')])
    expect(planned(given, { to: 'c2' })).toMatchObject({ target: { source: 'state' }, noOp: true })
    expect(planned(given, { to: 'c0' })).toMatchObject({ target: { source: 'previous-ring' }, noOp: false })
    expect(planned(given, { to: 'b9' })).toMatchObject({ target: { source: 'git-history' } })
  })

  it('goes to what was there before when nothing is named, skipping what is there now', () => {
    expect(planned(world())).toMatchObject({ target: { sha: 'c1', source: 'previous-ring' }, current: { sha: 'c2' } })
    const again = world(state({ previous: [snapshot('c2')] }), [snapshot('c2'), snapshot('b9')])
    expect(planned(again)).toMatchObject({ target: { sha: 'b9', source: 'git-history' } })
    expect(planRollback(world(state({ previous: [] })), ask())).toMatchObject({ ok: false, rule: 'prior_version' })
  })

  it('matches a version exactly, and does not choose between two commits', () => {
    expect(planned(world(), { to: 'v1.0.0' })).toMatchObject({ target: { sha: 'c1' } })
    expect(planRollback(world(), ask({ to: 'v1.0' }))).toMatchObject({ rule: 'target_found' })
    const twins = [snapshot('abcdef1aa'), snapshot('abcdef1bb')]
    expect(planRollback(world(state({ previous: twins })), ask({ to: 'abcdef1' }))).toMatchObject({
      rule: 'target_ambiguous',
    })
  })

  it('refuses by the first rule that does not hold, in this order', () => {
    const hotfixed = state({ ref: 'env/test', patches: ['p'] })
    const twins = [snapshot('abcdef1aa'), snapshot('abcdef1bb')]
    const steps: [string, RollbackWorld, Partial<RollbackAsk>][] = [
      ['environment_required', world(hotfixed), { environment: ' ', deployable: 'ghost' }],
      ['environment_known', world(hotfixed), { environment: 'ghost', deployable: 'ghost' }],
      ['first_environment', world(hotfixed), { environment: 'dev', deployable: 'ghost' }],
      ['hotfix_diverged', world(hotfixed), { to: 'nope' }],
      ['deployable_known', world(hotfixed), { deployable: 'ghost', to: 'nope' }],
      ['nothing_recorded', world(), { environment: 'prod', to: 'nope' }],
      ['target_found', world(), { to: 'nope' }],
      ['target_ambiguous', world(state({ previous: twins })), { to: 'abcdef1' }],
      ['prior_version', world(state({ previous: [] })), {}],
    ]
    expect(steps.map(([rule]) => rule)).toEqual(rollbackRules)
    for (const [rule, given, about] of steps) {
      expect(planRollback(given, ask(about)), rule).toMatchObject({
        ok: false,
        rule,
        message: expect.stringMatching(/./),
        remedy: expect.stringMatching(/./),
      })
    }
  })

  it('may go back once more after a rollback, whose mark is no hotfix', () => {
    expect(planned(world(state({ ref: 'rollback/test' }))).ok).toBe(true)
    expect(planRollback(world(state({ patches: ['p'] })), ask())).toMatchObject({ rule: 'hotfix_diverged' })
  })
})

describe('applying a rollback', () => {
  const row = (id: string) => casesOf('rollback.apply').find((one) => one.id === id)

  it('of an environment takes all its deploys along and marks it', () => {
    const { given, expect: expected } = row('env-scope') ?? {}
    const before = state({ sha: given.from, patches: ['p'], ref: 'rollback/test' })
    const plan: RollbackPlan = { ...planned(world(), { to: given.to }), current: { sha: given.from, version: null } }
    const after = applyRollback(before, plan, by)
    expect(after).toMatchObject({ sha: expected['env.sha'], baseSha: expected.base_sha, patches: expected.patches })
    expect(after.ref).toBe(expected.ref.replace('<env>', 'test'))
    expect(Object.values(after.deploys).map(({ sha }) => sha)).toEqual([given.to, given.to])
    expect(after.previous.map(({ sha }) => sha)).toEqual(['c2', 'c1'])
  })

  it('of one deploy moves that row alone', () => {
    const { given, expect: expected } = row('deployable-scope') ?? {}
    const plan = planned(world(state(), [snapshot(given.to)]), { to: given.to, deployable: given.deployable })
    const before = state()
    const after = applyRollback(before, plan, by)
    expect(after.deploys.api?.sha).toBe(expected['deploys.api'])
    expect(after.deploys.web?.sha).toBe(expected['deploys.web'])
    expect(after).toMatchObject({ sha: expected['env.sha'], ref: expected.ref, previous: before.previous })
  })

  it('gives back the very same state when there is nothing to do', () => {
    const before = state()
    expect(applyRollback(before, planned(world(before), { to: 'c2' }), by)).toBe(before)
  })
})

describe('rolling back an external component', () => {
  const updateTo = (sha: string, version: string | null = null): Update => ({
    sourceRepo: 'org/infra',
    deployName: 'infra',
    environment: 'dev',
    sha,
    version,
    artifacts: { said: 'given', artifacts: { image: sha } },
    runId: sha,
    actor: 'ci',
  })
  const through = (...shas: string[]) =>
    shas.reduce<Slot | null>((slot, sha) => applyUpdate(slot, updateTo(sha, `v-${sha}`), by.now).slot, null) as Slot

  it('uses its own ring, also in the first environment, and brings back what belongs to that commit', () => {
    const dev = state({ external: { infra: through('aaaaaaa1', 'bbbbbbb2', 'ccccccc3') } })
    const given = { ...world(), state: { dev, test: state() } }
    const plan = planned(given, { environment: 'dev', deployable: 'infra', to: 'v-aaaaaaa1' })
    expect(plan).toMatchObject({ target: { sha: 'aaaaaaa1', source: 'previous-ring' }, current: { sha: 'ccccccc3' } })
    const after = applyRollback(dev, plan, by)
    expect(after.external.infra).toMatchObject({
      sha: 'aaaaaaa1',
      version: 'v-aaaaaaa1',
      artifacts: { image: 'aaaaaaa1' },
      recordedBy: 'ana',
    })
    expect(after.external.infra?.previous.map(({ sha }) => sha)).toEqual(['ccccccc3', 'bbbbbbb2', 'aaaaaaa1'])
    expect({ ...after, external: null }).toEqual({ ...dev, external: null })
    expect(planned(given, { environment: 'dev', deployable: 'infra' })).toMatchObject({ target: { sha: 'bbbbbbb2' } })
  })

  it('explains that there is no history instead of hiding the button', () => {
    const dev = state({ external: { infra: through('aaaaaaa1') } })
    const plan = planRollback({ ...world(), state: { dev } }, ask({ environment: 'dev', deployable: 'infra' }))
    expect(plan).toMatchObject({ ok: false, rule: 'prior_version' })
    expect(() => rollbackSlot(through('aaaaaaa1'), 'other', by)).toThrow(TypeError)
  })

  it('can be undone by itself, and never grows the ring beyond ten', () => {
    const shas = Array.from({ length: 15 }, (_, index) => `${index}`.padStart(8, 'a'))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: ringSize }), (back) => {
        const slot = through(...shas)
        const target = slot.previous[back - 1]?.sha as string
        const rolled = rollbackSlot(slot, target, by)
        expect(rolled.previous).toHaveLength(ringSize)
        expect(rolled.previous[0]?.sha).toBe(slot.sha)
        expect(rollbackSlot(rolled, slot.sha, by)).toMatchObject({ sha: slot.sha, version: slot.version })
      }),
    )
  })
})

describe('recording a rollback', () => {
  it.each(casesOf('rollback.finalize-gate'))('agrees with the field about $id', ({ given, expect: expected }) => {
    const { deployable = null, ...results } = given
    expect(mayRecord(results, deployable)).toBe(expected)
  })
  it('needs something that succeeded and nothing whose end is not known', () => {
    expect(mayRecord({})).toBe(false)
    expect(mayRecord({ web: 'success' }, 'api')).toBe(false)
    expect(mayRecord({ api: 'success', web: 'timed_out' })).toBe(false)
    expect(mayRecord({ api: 'success', web: 'skipped' })).toBe(true)
  })
})
