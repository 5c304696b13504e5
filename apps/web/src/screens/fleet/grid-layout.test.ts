import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellAt, cellPlace, gridLayout } from './grid-layout.ts'

test('ten thousand tenants stay above the smallest size that can be hit', () => {
  expect(gridLayout(10_000, 1176, 640).pitch).toBeGreaterThanOrEqual(9)
})
test('a small fleet gets large cells', () => {
  expect(gridLayout(200, 1176, 640).pitch).toBe(26)
})
test('every cell is found again at its own place, and lies within the canvas', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12_000 }),
      fc.integer({ min: 200, max: 2000 }),
      fc.nat(),
      (count, width, n) => {
        const layout = gridLayout(count, width, 640)
        const index = n % count
        const { x, y } = cellPlace(layout, index)
        expect(cellAt(layout, count, x + layout.cell / 2, y + layout.cell / 2)).toBe(index)
        expect(x + layout.cell).toBeLessThanOrEqual(Math.max(width, layout.pitch) + 2)
        expect(y + layout.cell).toBeLessThanOrEqual(layout.height)
      },
    ),
  )
})
test('beyond the last cell there is nothing', () => {
  const layout = gridLayout(3, 1000, 640)
  expect(cellAt(layout, 3, layout.pitch * 3 + 1, 1)).toBeNull()
  expect(cellAt(layout, 3, -1, 1)).toBeNull()
})
