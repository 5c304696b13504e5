import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from './ids.ts'

test('ids sort by the time they were made, whatever their chance part', () => {
  const millisecond = fc.integer({ min: 0, max: 2 ** 44 })
  fc.assert(
    fc.property(millisecond, millisecond, (a, b) => {
      const [first, second] = [newId('apl', Math.min(a, b)), newId('apl', Math.max(a, b))]
      if (a !== b) expect(first < second).toBe(true)
    }),
  )
})

test('ids made in one millisecond differ', () => {
  const ids = Array.from({ length: 20_000 }, () => newId('op', 1_700_000_000_000))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]).toMatch(/^op_[0-9a-hjkmnp-tv-z]{19}$/)
})
