import { describe, expect, test } from 'vitest'
import { countWord, formatCount, formatShare, plural } from './count.ts'
import { shortSha } from './sha.ts'
import { between, exactTimes, formatAge, formatDuration, formatRelative } from './time.ts'

describe('counts', () => {
  test('a share never reaches 100 % before the last one is in', () => {
    expect(formatShare(9_999, 10_000)).toBe('99.9 %')
    expect(formatShare(99_999, 100_000)).toBe('99.9 %')
    expect(formatShare(10_000, 10_000)).toBe('100 %')
  })
  test('a share is never 0 % while there is one', () => {
    expect(formatShare(1, 10_000)).toBe('< 0.1 %')
    expect(formatShare(0, 10_000)).toBe('0 %')
  })
  test('a share of nothing is not a number', () => {
    expect(formatShare(0, 0)).toBe('—')
  })
  test('a middling share is rounded down to whole percents', () => {
    expect(formatShare(2, 3)).toBe('66 %')
  })
  test('numbers below ten are words and larger ones are grouped', () => {
    expect(countWord(2)).toBe('two')
    expect(countWord(14)).toBe('14')
    expect(formatCount(12_400)).toBe('12,400')
    expect(plural(1, 'tenant')).toBe('1 tenant')
    expect(plural(24, 'tenant')).toBe('24 tenants')
  })
})

describe('times', () => {
  test('durations name two units', () => {
    expect(formatDuration(8_900)).toBe('8 s')
    expect(formatDuration(400_000)).toBe('6 m 40 s')
    expect(formatDuration(3_840_000)).toBe('1 h 04 m')
    expect(formatDuration(266_400_000)).toBe('3 d 02 h')
    expect(formatDuration(-5)).toBe('0 s')
    expect(formatDuration(240)).toBe('< 1 s')
  })
  test('ages name one unit and round down', () => {
    expect(formatAge(59_999)).toBe('59 s')
    expect(formatAge(3_599_999)).toBe('59 min')
    expect(formatAge(47 * 3_600_000)).toBe('47 h')
    expect(formatAge(49 * 3_600_000)).toBe('2 d')
  })
  test('relative times look both ways', () => {
    expect(formatRelative(0, 12_000)).toBe('12 s ago')
    expect(formatRelative(240_000, 0)).toBe('in 4 min')
    expect(formatRelative(400, 0)).toBe('now')
  })
  test('the exact times include UTC and ISO, and unreadable text is shown as it is', () => {
    expect(exactTimes('2026-11-20T20:16:05.000Z').utc).toContain('20:16:05 UTC')
    expect(exactTimes('2026-11-20T20:16:05.000Z').iso).toBe('2026-11-20T20:16:05.000Z')
    expect(exactTimes('soon').local).toBe('soon')
  })
  test('the time between is unknown until both ends are known', () => {
    expect(between('2026-11-20T20:16:05.000Z', '2026-11-20T20:16:45.000Z')).toBe(40_000)
    expect(between('2026-11-20T20:16:05.000Z', null)).toBeNull()
  })
})

test('a short sha has seven characters', () => {
  expect(shortSha('9c2e2b6f00')).toBe('9c2e2b6')
  expect(shortSha('dev')).toBe('dev')
})
