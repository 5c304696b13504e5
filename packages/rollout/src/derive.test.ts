import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyFailure, deriveApplyState, deriveRolloutApplyState, type RolloutChild } from './derive.ts'
import { operationStates, parseOnFailure, terminalApplyStates, terminalOperationStates } from './states.ts'
import projection from './testing/cases/projection.json' with { type: 'json' }
import { anyChildren, anyStrangeChild, child, children } from './testing/index.ts'

describe('the table of examples', () => {
  const rows = projection.rows.map((row) => ({
    ...row,
    children: row.children.map(([state, onFailure, released]) => ({ state, onFailure, released }) as RolloutChild),
  }))
  test.each(rows.map((row) => [row.children.map((c) => `${c.state}/${c.onFailure}`).join(' + '), row] as const))(
    '%s',
    (_, { children: given, maxStragglers, base, expected }) => {
      expect(deriveApplyState(given.map(({ state }) => state))).toBe(base)
      expect(deriveRolloutApplyState(given, { maxStragglers })).toBe(expected)
    },
  )
})

describe('the base rule', () => {
  test('does not depend on the order of the children', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...operationStates, 'bogus'), { maxLength: 7 }),
        fc.nat(),
        (states, seed) => {
          const turned = states.map((_, index) => states[(index + seed) % states.length] as string)
          expect(deriveApplyState(turned)).toBe(deriveApplyState(states))
          expect(deriveApplyState([...states].reverse())).toBe(deriveApplyState(states))
        },
      ),
    )
  })

  test('ignores skipped children unless there are no others', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...operationStates), { minLength: 1, maxLength: 6 }), (states) => {
        const withoutSkipped = states.filter((state) => state !== 'skipped')
        const expected = withoutSkipped.length === 0 ? 'cancelled' : deriveApplyState(withoutSkipped)
        expect(deriveApplyState(states)).toBe(expected)
      }),
    )
  })

  test('is terminal exactly when the children are, or one has failed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...operationStates), { minLength: 1, maxLength: 6 }), (states) => {
        const over = states.includes('failed') || states.every((state) => terminalOperationStates.has(state))
        expect(terminalApplyStates.has(deriveApplyState(states))).toBe(over)
      }),
    )
  })
})

describe('the straggler budget', () => {
  const oneFailed = children(['completed', 'failed', 'completed'])
  test('is none when it is absent or unreadable', () => {
    expect(deriveRolloutApplyState(oneFailed)).toBe('failed')
    for (const maxStragglers of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, '1', null]) {
      expect(deriveRolloutApplyState(oneFailed, { maxStragglers: maxStragglers as number })).toBe('failed')
    }
  })

  test('is asked before the policy, so a hard failure within it is tolerated', () => {
    expect(deriveRolloutApplyState(oneFailed, { maxStragglers: 1 })).toBe('completed_with_stragglers')
    expect(deriveRolloutApplyState(children(['failed', 'pending']), { maxStragglers: 1 })).toBe('running_degraded')
    const pausing = children(['failed', 'pending'], { onFailure: 'pause' })
    expect(deriveRolloutApplyState(pausing, { maxStragglers: 1 })).toBe('running_degraded')
  })

  test('ends one failure after its size', () => {
    expect(deriveRolloutApplyState(children(['failed', 'failed', 'completed']), { maxStragglers: 1 })).toBe('failed')
  })

  test('never covers a canary, however large it is', () => {
    const given = [child('failed', { canary: true }), child('completed')]
    expect(deriveRolloutApplyState(given, { maxStragglers: 5 })).toBe('failed')
    const going = [child('failed', { canary: true, onFailure: 'continue' }), child('pending')]
    expect(deriveRolloutApplyState(going, { maxStragglers: 5 })).toBe('running_degraded')
    const other = [child('completed', { canary: true }), child('failed')]
    expect(deriveRolloutApplyState(other, { maxStragglers: 1 })).toBe('completed_with_stragglers')
  })
})

describe('a pause', () => {
  test('holds only what comes later', () => {
    const pausing = child('failed', { onFailure: 'pause' })
    expect(deriveRolloutApplyState([child('pending'), pausing])).toBe('running_degraded')
    expect(deriveRolloutApplyState([pausing, child('skipped')])).toBe('failed')
    expect(deriveRolloutApplyState([pausing, child('failed_retryable')])).toBe('paused')
    expect(deriveRolloutApplyState([pausing, child('pending'), pausing])).toBe('paused')
  })

  test('that a person released lets the rest go on', () => {
    const released = child('failed', { onFailure: 'pause', released: true })
    expect(deriveRolloutApplyState([released, child('pending')])).toBe('running_degraded')
  })

  test('gives way to a hard failure', () => {
    const given = [child('failed', { onFailure: 'pause' }), child('failed'), child('pending')]
    expect(deriveRolloutApplyState(given)).toBe('failed')
  })
})

describe('law 2: continue governs continuation, never the verdict', () => {
  test('a failure outside the budget ends every finished apply as failed, whatever the policy', () => {
    fc.assert(
      fc.property(anyChildren, fc.integer({ min: 0, max: 2 }), (given, maxStragglers) => {
        const finished = given.filter(({ state }) => terminalOperationStates.has(state as 'failed'))
        const failed = finished.filter(({ state }) => state === 'failed')
        fc.pre(failed.length > maxStragglers)
        expect(deriveRolloutApplyState(finished, { maxStragglers })).toBe('failed')
      }),
    )
  })

  test('while work is left, continue only decides that it goes on', () => {
    expect(deriveRolloutApplyState(children(['failed', 'pending'], { onFailure: 'continue' }))).toBe('running_degraded')
    expect(deriveRolloutApplyState(children(['failed', 'completed'], { onFailure: 'continue' }))).toBe('failed')
  })
})

describe('law 3: unknown fails closed', () => {
  test('an unknown policy is halt', () => {
    fc.assert(
      fc.property(anyChildren, fc.string(), fc.integer({ min: 0, max: 2 }), (given, policy, maxStragglers) => {
        fc.pre(policy !== 'pause' && policy !== 'continue')
        const odd = given.map((one) => ({ ...one, onFailure: policy }))
        const halting = given.map((one) => ({ ...one, onFailure: 'halt' }))
        expect(deriveRolloutApplyState(odd, { maxStragglers })).toBe(
          deriveRolloutApplyState(halting, { maxStragglers }),
        )
        expect(parseOnFailure(policy)).toBe('halt')
      }),
    )
  })

  test('case and blanks are not forgiven', () => {
    for (const onFailure of ['Continue', ' continue', 'PAUSE', 'paused']) {
      expect(deriveRolloutApplyState(children(['failed', 'pending'], { onFailure }))).toBe('failed')
    }
    expect(deriveApplyState(['COMPLETED'])).toBe('failed')
  })

  test('a state nobody knows is a failure that no budget and no policy covers', () => {
    fc.assert(
      fc.property(
        fc.array(anyStrangeChild, { maxLength: 6 }),
        fc.integer({ min: 0, max: 3 }),
        (given, maxStragglers) => {
          fc.pre(given.some(({ state }) => !(operationStates as readonly string[]).includes(state)))
          expect(deriveApplyState(given.map(({ state }) => state))).toBe('failed')
          expect(deriveRolloutApplyState(given, { maxStragglers })).toBe('failed')
        },
      ),
    )
  })

  test('a child that claims to be both continuable and pausing is a hard failure', () => {
    const claims = [
      { onFailure: 'pause', continue: true, pause: true },
      { onFailure: 'continue', pausing: true },
      { onFailure: 'pause', released: true, pauseOnFailure: true },
      { onFailure: 'pause', continuable: true },
    ]
    for (const claim of claims) {
      const contradictory = { state: 'failed', ...claim } as RolloutChild
      expect(classifyFailure(contradictory)).toBe('hard')
      expect(deriveRolloutApplyState([contradictory, child('pending')])).toBe('failed')
    }
  })

  test('a release that is neither true nor false is no release, and a canary mark that is neither is a canary', () => {
    const odd = { state: 'failed', onFailure: 'pause', released: 'yes' } as unknown as RolloutChild
    expect(deriveRolloutApplyState([odd, child('pending')])).toBe('failed')
    const marked = { state: 'failed', onFailure: 'halt', canary: 'yes' } as unknown as RolloutChild
    expect(deriveRolloutApplyState([marked, child('completed')], { maxStragglers: 1 })).toBe('failed')
    const bare = { state: 'failed' } as unknown as RolloutChild
    expect(deriveRolloutApplyState([bare, child('pending')])).toBe('failed')
  })
})

describe('law 4: green is never vacuous', () => {
  test('no children and only skipped children are not completed', () => {
    expect(deriveApplyState([])).toBe('pending')
    expect(deriveRolloutApplyState([])).toBe('pending')
    expect(deriveApplyState(['skipped', 'skipped'])).toBe('cancelled')
  })

  test('completed means that every child which counts has completed', () => {
    fc.assert(
      fc.property(anyChildren, fc.integer({ min: 0, max: 3 }), (given, maxStragglers) => {
        fc.pre(deriveRolloutApplyState(given, { maxStragglers }) === 'completed')
        const counted = given.filter(({ state }) => state !== 'skipped')
        expect(counted.length).toBeGreaterThan(0)
        expect(counted.every(({ state }) => state === 'completed')).toBe(true)
      }),
    )
  })
})
