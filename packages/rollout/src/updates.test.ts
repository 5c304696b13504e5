import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyStates } from './states.ts'
import { sha } from './testing/index.ts'
import { updateActions } from './update-actions.ts'
import {
  deriveUpdateState,
  type UpdateApplyFacts,
  type UpdateFacts,
  updateDeploys,
  updatePrecedence,
  updateStates,
} from './updates.ts'

const then = new Date('2026-03-01T12:00:00Z')

const received: UpdateFacts = {
  deployName: 'infra',
  environment: 'production',
  sha: sha('b'),
  version: 'v2',
  refused: null,
  sameAs: null,
  recordedAt: null,
  supersededBy: null,
  deploys: 'control_plane',
  openRefusal: null,
  apply: null,
  canGoBackTo: null,
}
const update = (more: Partial<UpdateFacts> = {}): UpdateFacts => ({ ...received, recordedAt: then, ...more })
const apply = (more: Partial<UpdateApplyFacts> = {}): UpdateApplyFacts => ({
  id: 'apl_1',
  state: 'running',
  settled: false,
  started: true,
  heldBy: [],
  total: 2,
  onNewBuild: 0,
  claimed: 0,
  notObservable: 0,
  failure: null,
  ...more,
})
const refused = { rule: 'older', message: 'v1 is older than v2', remedy: 'Send it with allow_downgrade.' }
const empty = { code: 'fleet_empty', message: 'No tenant is known yet.', remedy: 'Call the roll.', temporary: true }
const back = { ...empty, code: 'would_move_back', message: 'It would move back.', temporary: false }
const ended = (state: UpdateApplyFacts['state'], more: Partial<UpdateApplyFacts> = {}) =>
  apply({ state, settled: true, ...more })
const approval = [{ kind: 'approval', text: 'Waiting for approval.' }]

/** A row: the rule that decides, what the update is, whether it is settled, whether it is in the backlog, its headline. */
const table: [string, UpdateFacts, string, boolean, boolean, string][] = [
  ['refused', { ...received, refused }, 'refused', true, false, 'Refused: v1 is older than v2.'],
  [
    'received_too_late',
    { ...received, refused: { ...refused, rule: 'stale_receipt' }, supersededBy: 'upd_2' },
    'superseded',
    true,
    false,
    'Superseded: a later update of infra was recorded before this one.',
  ],
  [
    'same_commit',
    { ...received, sameAs: 'upd_1' },
    'unchanged',
    true,
    false,
    'Unchanged: infra v2 (bbbbbbb) for production was recorded already.',
  ],
  [
    'not_recorded',
    received,
    'received',
    false,
    false,
    'Received: infra v2 (bbbbbbb) for production is not recorded yet.',
  ],
  [
    'proven',
    update({ apply: ended('completed', { onNewBuild: 2 }) }),
    'observed',
    true,
    false,
    'Observed: production runs infra v2 (bbbbbbb).',
  ],
  [
    'proven',
    update({ apply: ended('completed', { onNewBuild: 2 }), supersededBy: 'upd_2' }),
    'observed',
    true,
    false,
    'Observed: production runs infra v2 (bbbbbbb).',
  ],
  [
    'proven',
    update({ apply: ended('completed_with_stragglers', { onNewBuild: 1 }), version: null }),
    'observed',
    true,
    false,
    'Observed, with stragglers: production runs infra bbbbbbb.',
  ],
  [
    'claimed_only',
    update({ apply: ended('failed', { total: 1, notObservable: 1, failure: 'nobody can be asked' }) }),
    'deployed',
    true,
    false,
    'Deployed, not observed: nothing in production can be asked what it runs.',
  ],
  [
    'overtaken',
    update({ supersededBy: 'upd_2', deploys: 'record_only' }),
    'superseded',
    true,
    false,
    'Superseded: a later update of infra took its place.',
  ],
  [
    'overtaken',
    update({ supersededBy: 'upd_2', apply: ended('failed', { failure: 'acme failed.' }) }),
    'superseded',
    true,
    false,
    'Superseded: a later update of infra took its place.',
  ],
  [
    'record_only',
    update({ deploys: 'record_only' }),
    'recorded',
    true,
    true,
    'Recorded, not deployed: infra v2 (bbbbbbb) for production is only recorded.',
  ],
  [
    'cannot_open',
    update({ openRefusal: empty }),
    'recorded',
    false,
    true,
    'Recorded, not deployed: No tenant is known yet.',
  ],
  ['cannot_open', update({ openRefusal: back }), 'recorded', true, true, 'Recorded, not deployed: It would move back.'],
  [
    'not_opened',
    update(),
    'recorded',
    false,
    true,
    'Recorded: the deploy of infra v2 (bbbbbbb) for production is about to be opened.',
  ],
  [
    'overtaken_in_lane',
    update({ apply: ended('superseded', { started: false }) }),
    'superseded',
    true,
    true,
    'Superseded: another apply took the place of the one that brings infra v2 (bbbbbbb).',
  ],
  [
    'ended_early',
    update({ apply: ended('rejected', { started: false }) }),
    'recorded',
    true,
    true,
    'Recorded, not deployed: its deploy was rejected.',
  ],
  [
    'deploy_failed',
    update({ apply: ended('failed', { failure: 'acme failed' }) }),
    'failed',
    true,
    true,
    'Recorded, not deployed: acme failed.',
  ],
  [
    'deploy_failed',
    update({ apply: ended('stopped', { onNewBuild: 1 }) }),
    'failed',
    true,
    true,
    'Recorded, deployed only in part: its deploy failed.',
  ],
  [
    'deploy_failed',
    update({ apply: apply({ state: 'failed' }) }),
    'failed',
    false,
    true,
    'Recorded, not deployed: its deploy failed.',
  ],
  [
    'deploy_failed',
    update({ apply: ended('completed') }),
    'failed',
    true,
    true,
    'Recorded, not deployed: its deploy failed.',
  ],
  [
    'all_claimed',
    update({ apply: apply({ claimed: 1, onNewBuild: 1 }) }),
    'deployed',
    false,
    false,
    'Deployed by claim: production has not answered with infra v2 (bbbbbbb) yet.',
  ],
  ['moving', update({ apply: apply() }), 'deploying', false, false, 'Deploying infra v2 (bbbbbbb) to production.'],
  [
    'moving',
    update({ apply: apply(), supersededBy: 'upd_2' }),
    'deploying',
    false,
    false,
    'Deploying infra v2 (bbbbbbb) to production.',
  ],
  [
    'held',
    update({ apply: apply({ state: 'paused', heldBy: [{ kind: 'pause', text: 'One tenant waits.' }] }) }),
    'held',
    false,
    false,
    'Held: One tenant waits.',
  ],
  [
    'held',
    update({ apply: apply({ state: 'pending', started: false, heldBy: [{ kind: 'freeze', text: 'Frozen.' }] }) }),
    'held',
    false,
    false,
    'Held: Frozen.',
  ],
  [
    'waiting',
    update({ apply: apply({ state: 'awaiting_approval', started: false, heldBy: approval }) }),
    'waiting',
    false,
    false,
    'Waiting for approval.',
  ],
  [
    'waiting',
    update({ apply: apply({ state: 'pending', started: false }) }),
    'waiting',
    false,
    false,
    'The deploy of infra v2 (bbbbbbb) for production is about to start.',
  ],
]

describe('what an external update is', () => {
  test.each(table)('%s', (rule, facts, state, settled, backlog, headline) => {
    expect(deriveUpdateState(facts)).toMatchObject({ because: [{ rule }], state, settled, backlog, headline })
  })

  test('has a row for every rule, in the order in which they are asked', () => {
    expect([...new Set(table.map(([rule]) => rule))]).toEqual(updatePrecedence)
  })

  test.each([
    ['opening', update()],
    ['opening', update({ openRefusal: empty })],
    ['person', update({ openRefusal: back })],
    ['approval', update({ apply: apply({ state: 'awaiting_approval', started: false }) })],
    [
      'lane',
      update({ apply: apply({ state: 'pending', started: false, heldBy: [{ kind: 'lane', text: 'Behind.' }] }) }),
    ],
    ['turn', update({ apply: apply({ state: 'pending', started: false }) })],
    ['person', update({ apply: apply({ state: 'paused' }) })],
    [undefined, update({ apply: apply() })],
    [undefined, update({ deploys: 'record_only' })],
  ])('waits for %s', (kind, facts) => {
    expect(deriveUpdateState(facts).waitsFor?.kind).toBe(kind)
  })
})

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const anyUpdate: fc.Arbitrary<UpdateFacts> = fc.record({
  deployName: fc.constant('infra'),
  environment: fc.constant('production'),
  sha: fc.constant(sha('b')),
  version: fc.constantFrom('v2', null),
  refused: maybe(fc.constantFrom(refused, { ...refused, rule: 'source_repo' })),
  sameAs: fc.constantFrom('upd_1', null),
  recordedAt: fc.constantFrom(then, null),
  supersededBy: fc.constantFrom('upd_2', null),
  deploys: fc.constantFrom(...updateDeploys),
  openRefusal: maybe(fc.constantFrom(empty, back)),
  apply: maybe(
    fc.record({
      id: fc.constant('apl_1'),
      state: fc.constantFrom(...applyStates),
      settled: fc.boolean(),
      started: fc.boolean(),
      heldBy: fc.constantFrom(
        [],
        approval,
        [{ kind: 'freeze', text: 'Frozen.' }],
        [{ kind: 'new', text: 'Something.' }],
      ),
      total: fc.nat(3),
      onNewBuild: fc.nat(3),
      claimed: fc.nat(3),
      notObservable: fc.nat(3),
      failure: fc.constantFrom('acme failed.', null),
    }),
  ),
  canGoBackTo: maybe(fc.constant({ sha: sha('a'), version: null })),
})

describe('whatever the facts are', () => {
  test('there is a state, a sentence and a reason', () => {
    fc.assert(
      fc.property(anyUpdate, (facts) => {
        const { state, headline, because, waitsFor } = deriveUpdateState(facts)
        expect(updateStates).toContain(state)
        for (const text of [headline, because[0]?.text, ...(waitsFor ? [waitsFor.text] : [])]) {
          expect(text).toMatch(/^\S.*[.!?…]$/)
          expect(text).not.toMatch(/undefined|null|\.\./)
        }
      }),
    )
  })

  test('law 4: nothing is observed unless an apply was completed by what targets answered', () => {
    fc.assert(
      fc.property(anyUpdate, (facts) => {
        if (deriveUpdateState(facts).state !== 'observed') return
        expect(facts.recordedAt).not.toBeNull()
        expect(facts.apply?.state).toMatch(/^completed/)
        expect(facts.apply?.onNewBuild).toBeGreaterThan(0)
      }),
    )
  })

  test('what was dropped is never failed, and what moves is never settled', () => {
    fc.assert(
      fc.property(anyUpdate, (facts) => {
        const { state, settled } = deriveUpdateState(facts)
        if (facts.supersededBy !== null && (facts.apply === null || facts.apply.settled)) {
          expect(state).not.toBe('failed')
        }
        if (facts.recordedAt !== null && facts.apply !== null && !facts.apply.settled) {
          expect(settled && state !== 'superseded').toBe(false)
        }
      }),
    )
  })

  test('every verb is allowed, or says why not and what would make it possible', () => {
    fc.assert(
      fc.property(anyUpdate, (facts) => {
        for (const answer of Object.values(updateActions(facts))) {
          if (answer.allowed) expect(answer.label).toMatch(/\S/)
          else {
            expect(answer.why).toMatch(/^\S.*\.$/)
            expect(answer.unblock).toMatch(/^\S.*\.$/)
          }
        }
      }),
    )
  })

  test('what is only recorded is never deployed from here', () => {
    fc.assert(
      fc.property(anyUpdate, (facts) => {
        if (facts.deploys === 'record_only') expect(updateActions(facts).deploy.allowed).toBe(false)
      }),
    )
  })
})

describe('what can be done', () => {
  const goes = { canGoBackTo: { sha: sha('a'), version: 'v1' } }
  test.each<[string, UpdateFacts, [boolean, boolean, boolean]]>([
    [
      'a failed deploy is tried again, or rolled back',
      update({ ...goes, apply: ended('failed') }),
      [true, false, true],
    ],
    [
      'an observed one has nothing to deploy',
      update({ ...goes, apply: ended('completed', { onNewBuild: 2 }) }),
      [false, false, true],
    ],
    ['one under way is left alone', update({ apply: apply() }), [false, false, false]],
    ['one that could not be opened is tried again', update({ openRefusal: empty }), [true, false, false]],
    ['one that would move back is forced', update({ openRefusal: back }), [true, true, false]],
    ['an older one is forced', { ...received, refused }, [false, true, false]],
    ['an unchanged one is forced', { ...received, sameAs: 'upd_1' }, [false, true, false]],
    [
      'one of another repository is not',
      { ...received, refused: { ...refused, rule: 'source_repo' } },
      [false, false, false],
    ],
    ['one that was replaced is left to history', update({ ...goes, supersededBy: 'upd_2' }), [false, false, false]],
    [
      'one that is only recorded is rolled back at most',
      update({ ...goes, deploys: 'record_only' }),
      [false, false, true],
    ],
  ])('%s', (_, facts, allowed) => {
    const { deploy, force, rollBack } = updateActions(facts)
    expect([deploy.allowed, force.allowed, rollBack.allowed]).toEqual(allowed)
  })
})
