import { expect, test } from 'vitest'
import { sinceOf } from './spans.ts'

test('a span begins at a full minute, and the last visit is for the server to know', () => {
  const now = Date.parse('2026-03-01T12:34:56Z')
  expect(sinceOf('8h', now)).toBe('2026-03-01T04:34:00.000Z')
  expect(sinceOf('7d', now)).toBe('2026-02-22T12:34:00.000Z')
  expect(sinceOf('left', now)).toBeUndefined()
})
