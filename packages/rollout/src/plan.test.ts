import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BatchStrategy, batchEndIndexes } from './batches.ts'
import { canonicalJson } from './canonical.ts'
import { type PlanInput, type PlanTarget, planApply } from './plan.ts'
import batches from './testing/cases/batches.json' with { type: 'json' }
import { planInput, planTarget, sha } from './testing/index.ts'

function planOf(overrides: Partial<PlanInput>) {
  const answer = planApply(planInput(overrides))
  if (!answer.ok) throw new Error(answer.refusals.map(({ message }) => message).join(' '))
  return answer.plan
}

function refusalsOf(overrides: Partial<PlanInput>) {
  const answer = planApply(planInput(overrides))
  return answer.ok ? [] : answer.refusals
}
const codesOf = (overrides: Partial<PlanInput>) => refusalsOf(overrides).map(({ code }) => code)

describe('batches', () => {
  test.each(batches.rows as [BatchStrategy, number, number, number[]][])('%s by %i over %i ends at %j', (...row) => {
    expect(batchEndIndexes(row[0], row[1], row[2])).toEqual(row[3])
  })
  test('follow the strategy in a larger fleet, and no targets make no batches', () => {
    expect(batchEndIndexes('rolling', 3, 7)).toEqual([3, 6, 7])
    expect(batchEndIndexes('canary', 3, 7)).toEqual([1, 4, 7])
    expect(batchEndIndexes('canary', 0, 3)).toEqual([1, 2, 3])
    expect(batchEndIndexes('blue_green', 2, 7)).toEqual([7])
    expect(batchEndIndexes('rolling', 2, 0)).toEqual([])
    expect(batchEndIndexes('rolling', Number.NaN, 2)).toEqual([1, 2])
  })
})

describe('a plan', () => {
  test('brings the canary first and alone, then the rest in the order of the fleet', () => {
    const { operations, summary } = planOf({ canary: 'c', batchSize: 2 })
    expect(operations.map(({ slug, batch, position }) => [position, batch, slug])).toEqual([
      [0, 0, 'c'],
      [1, 1, 'a'],
      [2, 1, 'b'],
      [3, 2, 'd'],
    ])
    expect(operations.map(({ canary }) => canary)).toEqual([true, false, false, false])
    expect(summary.batches).toBe(3)
  })

  test('says what happens to each target', () => {
    const fleet = [
      planTarget('empty', { observedSha: null }),
      planTarget('there', { observedSha: sha('f').toUpperCase() }),
      planTarget('behind', { observedSha: sha('1') }),
      planTarget('ahead', { observedSha: sha('9') }),
      planTarget('odd', { observedSha: sha('7') }),
    ]
    const orderOf: PlanInput['orderOf'] = (from) => (from === sha('1') ? 'newer' : from === sha('9') ? 'older' : 'same')
    const { operations, summary } = planOf({ fleet, orderOf, allowDowngrade: true, allowUnknownOrder: true })
    expect(operations.map(({ slug, kind, direction }) => [slug, kind, direction])).toEqual([
      ['empty', 'start', 'first'],
      ['there', 'none', 'same'],
      ['behind', 'replace', 'forward'],
      ['ahead', 'replace', 'back'],
      ['odd', 'replace', 'unknown'],
    ])
    expect(summary).toEqual({
      total: 5,
      start: 1,
      replace: 3,
      none: 1,
      back: 1,
      unknown: 1,
      batches: 2,
      notEnumerated: [],
    })
  })

  test('lists the targets that the control plane left out, and leaves them out too', () => {
    const fleet = [planTarget('a'), planTarget('b', { enumerated: false }), planTarget('c')]
    const { operations, summary } = planOf({ fleet })
    expect(operations.map(({ slug }) => slug)).toEqual(['a', 'c'])
    expect(summary.notEnumerated).toEqual(['b'])
    expect(planOf({ fleet, selection: ['a'] }).summary.notEnumerated).toEqual([])
  })

  test('keeps the order of the fleet whatever the order of the selection', () => {
    expect(planOf({ selection: ['d', 'a'] }).operations.map(({ slug }) => slug)).toEqual(['a', 'd'])
  })

  test('has one canonical text: equal for equal plans, different for every decision in it', () => {
    const text = planOf({}).canonical
    expect(planOf({ sha: sha('f').toUpperCase() }).canonical).toBe(text)
    expect(JSON.parse(text).policy.onFailure).toBe('halt')
    expect(planOf({ onFailure: 'bogus' }).canonical).toBe(text)
    const others: Partial<PlanInput>[] = [
      { sha: sha('e') },
      { canary: 'b' },
      { batchSize: 1 },
      { soakSeconds: 61 },
      { onFailure: 'pause' },
      { maxStragglers: 1 },
      { requiresApproval: true },
      { selection: ['a', 'b', 'c'] },
      { allowDowngrade: true },
      { allowUnknownOrder: true },
    ]
    const texts = others.map((overrides) => planOf(overrides).canonical)
    expect(new Set([text, ...texts]).size).toBe(others.length + 1)
  })

  test('covers every chosen target exactly once and never breaks the batch size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (slugs, batchSize, withCanary) => {
          const canary = withCanary ? (slugs.at(-1) ?? null) : null
          const { operations, summary } = planOf({ fleet: slugs.map((slug) => planTarget(slug)), canary, batchSize })
          expect(operations.map(({ slug }) => slug).toSorted()).toEqual(slugs.toSorted())
          expect(operations.map(({ position }) => position)).toEqual(operations.map((_, index) => index))
          const sizes = Array.from(
            { length: summary.batches },
            (_, n) => operations.filter(({ batch }) => batch === n).length,
          )
          expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize)
          expect(Math.min(...sizes)).toBeGreaterThan(0)
          if (withCanary) expect(sizes[0]).toBe(1)
        },
      ),
    )
  })
})

describe('a refusal', () => {
  const fleet: PlanTarget[] = [planTarget('a'), planTarget('b', { enumerated: false }), planTarget('c')]
  test.each<[string, Partial<PlanInput>, string[]]>([
    ['an empty fleet', { fleet: [] }, ['fleet_empty']],
    ['an empty selection', { selection: [] }, ['selection_empty']],
    ['a slug that the fleet does not have', { selection: ['a', 'zoo'] }, ['selection_unknown']],
    ['a slug named twice', { selection: ['a', 'a'] }, ['selection_duplicate']],
    ['a fleet that names a slug twice', { fleet: [planTarget('a'), planTarget('a')] }, ['fleet_duplicate']],
    ['a selected target missing from the last answer', { fleet, selection: ['a', 'b'] }, ['selection_not_enumerated']],
    ['a fleet that is missing altogether', { fleet: [planTarget('a', { enumerated: false })] }, ['nothing_eligible']],
    ['an unknown canary', { canary: 'zoo' }, ['canary_unknown']],
    ['a canary without a name', { canary: '' }, ['canary_unknown']],
    ['a canary outside the selection', { canary: 'a', selection: ['b'] }, ['canary_not_selected']],
    ['a canary missing from the last answer', { fleet, canary: 'b' }, ['canary_not_enumerated']],
    ['a batch of none', { batchSize: 0 }, ['batch_size_invalid']],
    ['a batch of half a target', { batchSize: 1.5 }, ['batch_size_invalid']],
    ['a batch above a thousand', { batchSize: 1001 }, ['batch_size_invalid']],
    ['a soak before now', { soakSeconds: -1 }, ['soak_invalid']],
    ['a soak above a day', { soakSeconds: 86_401 }, ['soak_invalid']],
    ['a negative straggler budget', { maxStragglers: -1 }, ['max_stragglers_invalid']],
    ['a short sha', { sha: 'fffffff' }, ['sha_not_full']],
    ['a move backward', { orderOf: () => 'older' }, ['would_move_back']],
    ['an unknown order', { orderOf: () => 'unknown' }, ['order_unknown']],
  ])('names %s', (_, overrides, codes) => {
    expect(codesOf(overrides)).toEqual(codes)
    for (const { message, remedy } of refusalsOf(overrides)) {
      expect(message).toMatch(/^[A-Z].*\.$/)
      expect(remedy).toMatch(/^[A-Z].*\.$/)
    }
  })

  test('gives every reason at once', () => {
    expect(codesOf({ selection: [], batchSize: 0, canary: 'zoo' })).toEqual([
      'selection_empty',
      'canary_unknown',
      'batch_size_invalid',
    ])
  })

  test('counts and names at most five targets that would move back', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((slug) => planTarget(slug))
    expect(refusalsOf({ fleet: many, orderOf: () => 'older' })[0]?.message).toBe(
      'Seven tenants would move back to an older build: a, b, c, d, e and two more.',
    )
  })

  test('does not ask for the order of a target that runs nothing, or runs this build already', () => {
    const orderOf = () => {
      throw new Error('asked')
    }
    const quiet = [planTarget('new', { observedSha: null }), planTarget('there', { observedSha: sha('f') })]
    expect(planOf({ fleet: quiet, orderOf }).operations).toHaveLength(2)
  })

  test('is lifted by an explicit decision', () => {
    expect(codesOf({ orderOf: () => 'older', allowDowngrade: true })).toEqual([])
    expect(codesOf({ orderOf: () => 'unknown', allowUnknownOrder: true })).toEqual([])
  })
})

test('law 1: the same input gives the same plan', () => {
  expect(planApply(planInput())).toEqual(planApply(planInput()))
})

test('canonical text sorts keys at every depth and refuses what has no canonical form', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  expect(() => canonicalJson({ at: new Date(0) })).toThrow(TypeError)
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError)
})
