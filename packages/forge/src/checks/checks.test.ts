import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf } from '../testing/index.ts'
import { checkStateOf, checksGate, checksPrecedence, type StatusRow } from './gate.ts'
import { type PromoteTrigger, promoteGate, suiteStateOf } from './promote-gate.ts'
import { requiredContexts } from './required.ts'

const rowsOf = (rows: [number, string, string][]): StatusRow[] =>
  rows.map(([id, context, state]) => ({ id, context, state }))
const read = (...rows: [number, string, string][]) => ({ readable: true as const, rows: rowsOf(rows) })

describe('the gate of required checks', () => {
  const given = casesOf('ci-gate').filter(({ given }) => given.rows !== undefined)
  it.each(given)('agrees with the field about $id', ({ given: { rows, required }, expect: expected }) => {
    const { gate, ended, contexts } = checksGate(required, read(...(rows as [number, string, string][])))
    const [first] = contexts
    // Cancelled and skipped end the wait in the field, too; here they have a name of their own beside failed.
    const isOwn = first?.state === 'cancelled' || first?.state === 'skipped'
    expect(gate).toBe(isOwn ? 'defer' : expected.gate)
    expect(ended).toBe(expected.gate !== 'wait')
    for (const [context, state] of Object.entries(expected).filter(([key]) => key !== 'gate')) {
      expect(contexts.find((one) => one.context === context)?.state).toBe(state)
    }
  })

  const overrides = casesOf('ci-gate').filter(({ given }) => given.override !== undefined)
  it.each(overrides)('agrees with the field about $id', ({ given: { override }, expect: expected }) => {
    const required = requiredContexts(override, ['default'])
    if (expected.error === undefined) expect(required).toEqual({ ok: true, required: ['default'] })
    else expect(required).toMatchObject({ ok: false, message: expect.stringContaining(expected.error) })
  })

  it('reads an override by commas and lines, each name once, and refuses empty defaults as well', () => {
    expect(requiredContexts('a, b\nb,,c \r\n', ['x'])).toEqual({ ok: true, required: ['a', 'b', 'c'] })
    expect(requiredContexts(null, ['x', 'x'])).toEqual({ ok: true, required: ['x'] })
    expect(requiredContexts(null, [])).toMatchObject({ ok: false })
    expect(requiredContexts('', [' '])).toMatchObject({ ok: false })
  })

  it('never passes an empty list, and holds what it could not read', () => {
    expect(checksGate([], read([1, 'R', 'success']))).toMatchObject({
      gate: 'refused',
      because: expect.stringMatching(/zero contexts/),
    })
    const unreadable = checksGate(['R'], { readable: false, reason: 'connection refused' })
    expect(unreadable).toMatchObject({
      gate: 'hold',
      ended: false,
      because: expect.stringMatching(/connection refused/),
    })
  })

  it.each([
    ['success', 'pass'],
    ['failure', 'fail'],
    ['error', 'fail'],
    ['timed_out', 'fail'],
    ['cancelled', 'defer'],
    ['skipped', 'defer'],
    ['neutral', 'defer'],
    ['pending', 'wait'],
    ['in_progress', 'wait'],
    ['warning', 'hold'],
    ['', 'hold'],
    ['constructor', 'hold'],
  ])('turns a single %j into %s', (word, gate) => {
    expect(checksGate(['R'], read([1, 'R', word]))).toMatchObject({ gate })
  })

  it('decides between contexts in the published order', () => {
    const order = ['failure', 'warning', 'cancelled', 'pending', 'success']
    const gates = ['fail', 'hold', 'defer', 'wait', 'pass']
    for (const [from, gate] of gates.entries()) {
      const words = order.slice(from)
      const rows = words.map((word, index): [number, string, string] => [index, `c${index}`, word])
      expect(
        checksGate(
          rows.map(([, context]) => context),
          read(...rows),
        ),
      ).toMatchObject({ gate })
    }
    expect(checksPrecedence).toEqual([
      'nothing_required',
      'unreadable',
      'failed',
      'unknown_state',
      'cancelled_or_skipped',
      'missing_or_pending',
      'all_succeeded',
    ])
  })

  it('takes the newest row of a context by its id, in whatever order and however often the rows come', () => {
    const rows = fc.uniqueArray(
      fc.record({
        id: fc.nat(),
        context: fc.constantFrom('R', 'S'),
        state: fc.constantFrom('success', 'failure', 'pending'),
      }),
      { selector: ({ id }) => id },
    )
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (all, chance) => {
        const shuffled = [...all, ...all]
          .map((row) => ({ row, key: chance.next().value }))
          .sort((a, b) => a.key - b.key)
        const gate = checksGate(['R'], { readable: true, rows: shuffled.map(({ row }) => row) })
        const newest = all.filter(({ context }) => context === 'R').sort((a, b) => b.id - a.id)[0]
        expect(gate.contexts[0]?.state).toBe(newest === undefined ? 'missing' : checkStateOf(newest.state))
      }),
    )
  })

  it('passes only when every required context succeeded', () => {
    const words = fc.constantFrom('success', 'failure', 'pending', 'skipped', 'odd', 'cancelled')
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), fc.integer({ min: 0, max: 2 }), (states, missing) => {
        const rows = states.map((state, id): [number, string, string] => [id, `c${id}`, state])
        const required = [...rows.map(([, context]) => context), ...Array.from({ length: missing }, (_, i) => `m${i}`)]
        const { gate } = checksGate(required, read(...rows))
        const isGreen = required.length > 0 && missing === 0 && states.every((state) => state === 'success')
        expect(gate === 'pass').toBe(isGreen)
      }),
    )
  })
})

describe('the gate of a promotion', () => {
  const decisions: Record<string, string> = {
    promote: 'promote',
    'abort-red': 'abort',
    'defer-green': 'defer',
    'not started': 'not_started',
    'do not promote': 'refused',
    'hold: unreadable is not none': 'hold',
  }
  const triggerOf = (given: Record<string, never>): PromoteTrigger => {
    const {
      trigger,
      state,
      lookup,
      ran,
      result = null,
    } = given as never as {
      trigger: 'e2e' | 'publish' | 'canary'
      state?: string
      lookup?: string
      ran?: boolean
      result?: string
    }
    if (trigger === 'canary') return { trigger, ran: ran === true, result }
    if (lookup !== undefined) return { trigger, suite: { readable: false, reason: lookup } }
    const [status = '', conclusion = ''] = (state ?? '').split('/')
    return { trigger, suite: { readable: true, state: { status, conclusion } } }
  }

  it.each(casesOf('promote.e2e-gate'))('agrees with the field about $id', ({ given, expect: expected, recommend }) => {
    const wanted = decisions[recommend ?? expected]
    expect(wanted).toBeDefined()
    expect(promoteGate(triggerOf(given))).toMatchObject({ decision: wanted, because: expect.stringMatching(/./) })
  })

  it.each([
    ['completed/success', 'promote'],
    ['completed/timed_out', 'abort'],
    ['completed/skipped', 'abort'],
    ['waiting/none', 'defer'],
    ['pending/none', 'defer'],
    ['none/success', 'abort'],
    ['/', 'abort'],
    ['COMPLETED/SUCCESS', 'abort'],
  ])('after a publish with the suite at %s is %s', (state, decision) => {
    expect(promoteGate(triggerOf({ trigger: 'publish', state } as never))).toMatchObject({ decision })
  })

  it('starts for a green suite, for a person, and for canaries that ran well', () => {
    expect(promoteGate(triggerOf({ trigger: 'e2e', state: 'completed/success' } as never)).decision).toBe('promote')
    expect(promoteGate({ trigger: 'manual' }).decision).toBe('promote')
    expect(promoteGate({ trigger: 'canary', ran: true, result: 'failure' }).decision).toBe('refused')
    expect(promoteGate({ trigger: 'canary', ran: true, result: null }).decision).toBe('refused')
  })

  it.each(casesOf('promote.commit-status-map'))(
    'reads a suite as the field does: $id',
    ({ given, expect: expected }) => {
      const { status, conclusion } = suiteStateOf(given.states)
      expect(expected.split(' ')[0]).toBe(`${status}/${conclusion}`)
      if (expected.includes('abort')) {
        const gate = promoteGate({ trigger: 'publish', suite: { readable: true, state: { status, conclusion } } })
        expect(gate.decision).toBe('abort')
      }
    },
  )

  it('waits for a suite of which a part is under way, unless a part has failed', () => {
    expect(suiteStateOf(['success', 'pending'])).toEqual({ status: 'in_progress', conclusion: 'none' })
    expect(suiteStateOf(['pending', 'failure'])).toEqual({ status: 'completed', conclusion: 'failure' })
    expect(suiteStateOf(['success', 'cancelled'])).toEqual({ status: 'completed', conclusion: 'cancelled' })
  })

  it('promotes only a suite that is green or that there is none of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('success', 'failure', 'error', 'pending', 'warning', 'skipped')),
        (states) => {
          const gate = promoteGate({ trigger: 'publish', suite: { readable: true, state: suiteStateOf(states) } })
          expect(gate.decision === 'promote').toBe(states.every((state) => state === 'success'))
        },
      ),
    )
  })
})
