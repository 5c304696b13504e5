import { describe, expect, test } from 'vitest'
import { type FailureReason, failureReasons, nextRetry, parseFailureReason } from './retry.ts'
import fleet from './testing/cases/fleet.json' with { type: 'json' }

const now = new Date('2026-03-01T12:00:00Z')
const secondsAfter = (
  attempt: number,
  maxAttempts: number,
  reason: FailureReason = 'transient',
  backoffSeconds = 5,
) => {
  const next = nextRetry(attempt, maxAttempts, reason, now, backoffSeconds)
  return next.retry ? (next.at.getTime() - now.getTime()) / 1000 : next.why
}

describe('the next attempt', () => {
  const rows = fleet.groups['rollout.retry'].flatMap(({ id, given, expect: wanted }) =>
    given.statuses && wanted.attempts
      ? [{ id, statuses: given.statuses, attempts: wanted.attempts, waits: wanted.waits_s ?? [] }]
      : [],
  )
  test.each(rows)('follows the examples: $id', ({ statuses, attempts, waits }) => {
    const waited: number[] = []
    let attempt = 1
    for (const status of statuses) {
      if (status === 200) break
      const reason = status >= 502 && status <= 504 ? 'transient' : 'refused'
      const next = secondsAfter(attempt, 4, reason)
      if (typeof next === 'string') break
      waited.push(next)
      attempt += 1
    }
    expect({ attempts: attempt, waits: waited }).toEqual({ attempts, waits })
  })

  test('waits twice as long each time, at most five minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => secondsAfter(attempt, 20))).toEqual([
      5, 10, 20, 40, 80, 160, 300, 300,
    ])
  })

  test('does not come after the last one', () => {
    expect(secondsAfter(4, 4)).toBe('All four attempts are used up.')
    expect(secondsAfter(1, 1)).toBe('The only attempt is used up.')
  })

  test('comes by itself only for the reasons that may pass', () => {
    const retryable = (Object.keys(failureReasons) as FailureReason[]).filter(
      (reason) => failureReasons[reason].retryable,
    )
    expect(retryable).toEqual(['transient', 'control_plane_unreachable', 'outcome_unknown', 'forge_unreachable'])
    expect(secondsAfter(1, 4, 'stale')).toBe(
      'The tenant still runs another build. Trying again by itself would not change that.',
    )
  })

  test('law 3: unknown fails closed', () => {
    expect(secondsAfter(1, 4, 'bogus' as FailureReason)).toBe('The reason of the failure is not known.')
    expect(secondsAfter(1, 4, 'constructor' as FailureReason)).toBe('The reason of the failure is not known.')
    expect(secondsAfter(Number.NaN, 4)).toBe('The number of attempts is not known.')
    expect(secondsAfter(0, 4)).toBe('The number of attempts is not known.')
    expect(secondsAfter(1, Number.NaN)).toBe('The only attempt is used up.')
    expect(secondsAfter(1, 4, 'transient', Number.NaN)).toBe('The wait before the next attempt is not known.')
    expect(parseFailureReason('stale')).toBe('stale')
    expect(parseFailureReason('toString')).toBeNull()
    expect(parseFailureReason(null)).toBeNull()
  })

  test('every reason has a sentence for people', () => {
    for (const { sentence } of Object.values(failureReasons)) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })
})
