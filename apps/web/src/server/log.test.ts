import { timesSlower } from '@rollcall/outbound/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logFailure, logRequest } from './log.ts'

let lines: string[] = []
beforeEach(() => {
  lines = []
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

test('a failure is logged without the passwords of addresses and without the secrets of this process', () => {
  vi.stubEnv('ROLLCALL_SESSION_SECRET', 'planted-session-secret')
  logFailure('id-1', 'reading', new Error('postgres://app:pass-word@db/x said planted-session-secret'))
  expect(lines.join()).toContain('postgres://app:***@db/x said ***')
  expect(lines.join()).not.toMatch(/pass-word|planted/)
})

test.each(['a', '://', '://:', 'a://b:', 'a://'])('a path is logged as fast whatever it is made of: %j', (piece) => {
  const log = (length: number) => {
    const path = `/${piece.repeat(length / piece.length)}`
    logRequest('id-1', { method: 'GET', path, status: 500, ms: 1 })
  }
  expect(timesSlower(log, 2_000, 16)).toBeLessThan(80)
})
