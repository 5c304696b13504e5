import { expect, test } from 'vitest'
import { axisOf, walkOf } from './walk-of.ts'

const at = (seconds: number) => new Date(seconds * 1000).toISOString()
const operation = { startedAt: at(100), claimedAt: at(120), endedAt: at(150) }

test('the parts lie on the axis of the apply', () => {
  const walk = walkOf(operation, at(100), at(200), 0)
  expect(walk?.deploy).toEqual([0, 0.2])
  expect(walk?.verify).toEqual([0.2, 0.3])
  expect(walk?.deployMs).toBe(20_000)
  expect(walk?.verifyMs).toBe(30_000)
})
test('what has not begun is not drawn', () => {
  expect(walkOf({ startedAt: null, claimedAt: null, endedAt: null }, at(0), null, 1)).toBeNull()
})
test('what goes on reaches to now', () => {
  const walk = walkOf({ startedAt: at(50), claimedAt: null, endedAt: null }, at(0), null, 100_000)
  expect(walk?.verify).toEqual([0.5, 0.5])
})
test('a claim of an earlier attempt is not drawn', () => {
  expect(walkOf({ startedAt: at(50), claimedAt: at(10), endedAt: at(60) }, at(0), at(100), 0)?.deploy).toBeNull()
})
test('a slow clock does not push anything off the axis', () => {
  const walk = walkOf({ startedAt: at(50), claimedAt: at(60), endedAt: null }, at(0), null, 10_000)
  expect(walk?.verify[0]).toBe(1)
})
test('the axis ends with the last thing that happened, and with now only while something moves', () => {
  const rows = [operation, { startedAt: at(110), claimedAt: null, endedAt: null }]
  expect(axisOf({ startedAt: at(100), counts: { running: 0 } }, rows).to).toBe(at(150))
  expect(axisOf({ startedAt: at(100), counts: { running: 1 } }, rows).to).toBeNull()
})
