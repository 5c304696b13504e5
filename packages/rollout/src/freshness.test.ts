import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Expected, judgeReading, type Reading, verdictPrecedence } from './freshness.ts'
import fleet from './testing/cases/fleet.json' with { type: 'json' }
import { anyReading, anyTime, sha, shaReading, silentReading } from './testing/index.ts'
import { judgeReadings } from './timeline.ts'

const now = new Date('2026-03-01T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const expected = (overrides: Partial<Expected> = {}): Expected => ({
  sha: sha('b'),
  settlingUntil: null,
  maxAgeSeconds: 300,
  ...overrides,
})
const plain = { at: now, latencyMs: null, httpStatus: 200, detail: null }

describe('one reading', () => {
  const settling = new Date(now.getTime() + 30_000)
  test.each<[string, Expected, Reading | null, string, string]>([
    ['nothing yet', expected(), null, 'never_seen', 'Never asked so far.'],
    ['the expected commit', expected(), shaReading(sha('b').toUpperCase(), now), 'fresh', 'Runs BBBBBBB, as expected.'],
    ['another commit', expected(), shaReading(sha('a'), now), 'stale', 'Runs aaaaaaa instead of bbbbbbb.'],
    [
      'an older commit',
      expected({ orderOf: () => 'older' }),
      shaReading(sha('a'), now),
      'stale',
      'Runs aaaaaaa instead of bbbbbbb, an older build.',
    ],
    [
      'a commit of unknown order',
      expected({ orderOf: () => 'unknown' }),
      shaReading(sha('a'), now),
      'stale',
      'Runs aaaaaaa instead of bbbbbbb; which of them is newer is not known.',
    ],
    [
      'a newer commit',
      expected({ orderOf: () => 'newer', settlingUntil: settling }),
      shaReading(sha('c'), now),
      'ahead',
      'Runs ccccccc, which is newer than bbbbbbb.',
    ],
    [
      'the old commit while the swap is on',
      expected({ settlingUntil: settling }),
      shaReading(sha('a'), now),
      'settling',
      'Waiting for bbbbbbb: still answers aaaaaaa.',
    ],
    [
      'silence while the swap is on',
      expected({ settlingUntil: settling }),
      silentReading(now, 'refused'),
      'settling',
      'Waiting for bbbbbbb: it did not answer: the connection was refused.',
    ],
    ['the old commit at the deadline', expected({ settlingUntil: now }), shaReading(sha('a'), now), 'stale', ''],
    ['the expected commit at the deadline', expected({ settlingUntil: now }), shaReading(sha('b'), now), 'fresh', ''],
    [
      'silence',
      expected(),
      silentReading(now, 'dns'),
      'unreachable',
      'It did not answer: its name could not be resolved.',
    ],
    ['a page of something else', expected(), { ...plain, kind: 'wrong_service' }, 'wrong_service', ''],
    ['a build without a stamp', expected(), { ...plain, kind: 'unstamped' }, 'unstamped', ''],
    [
      'an unhealthy answer',
      expected(),
      { ...plain, kind: 'unhealthy' },
      'unhealthy',
      'It answers that it is not healthy.',
    ],
    ['a match at the age limit', expected(), shaReading(sha('b'), ago(300)), 'fresh', ''],
    [
      'a match past the age limit',
      expected(),
      shaReading(sha('b'), ago(301)),
      'unknown',
      'The last answer is five minutes old; it ran bbbbbbb then.',
    ],
    [
      'an old match where age does not matter',
      expected({ maxAgeSeconds: null }),
      shaReading(sha('b'), ago(9999)),
      'fresh',
      '',
    ],
    [
      'an answer from the future',
      expected(),
      shaReading(sha('b'), ago(-61)),
      'unknown',
      'The answer is dated in the future.',
    ],
    ['an answer when nothing is expected', expected({ sha: null }), shaReading(sha('b'), now), 'unknown', ''],
    ['silence when nothing is expected', expected({ sha: null }), silentReading(now), 'unreachable', ''],
    ['a short expectation', expected({ sha: 'bbbbbbb' }), shaReading('bbbbbbb', now), 'unknown', ''],
  ])('%s', (_, wanted, reading, verdict, reason) => {
    const judged = judgeReading(wanted, reading, now)
    expect(judged.verdict).toBe(verdict)
    if (reason !== '') expect(judged.reason).toBe(reason)
    expect(judged.reason).toMatch(/^[A-Z].*\.$/)
  })

  test('law 4: fresh is only the full expected sha, seen within the age limit', () => {
    fc.assert(
      fc.property(
        anyReading,
        anyTime,
        fc.option(fc.nat({ max: 4000 }), { nil: null }),
        (reading, at, maxAgeSeconds) => {
          const wanted = expected({ maxAgeSeconds, settlingUntil: at })
          if (judgeReading(wanted, reading, now).verdict !== 'fresh') return
          expect(reading).toMatchObject({ kind: 'sha', sha: wanted.sha })
          if (maxAgeSeconds !== null)
            expect(now.getTime() - reading.at.getTime()).toBeLessThanOrEqual(maxAgeSeconds * 1000)
        },
      ),
    )
  })

  test('the rows stand in the order that the rules are written in', () => {
    expect(verdictPrecedence).toEqual([
      'never_seen',
      'dated_in_the_future',
      'too_old',
      'as_expected',
      'newer_than_expected',
      'still_settling',
      'no_usable_answer',
      'nothing_expected',
      'another_build',
    ])
  })
})

describe('the readings since a redeploy', () => {
  const budgetSeconds = 240
  const shas: Record<string, string> = { new: sha('b'), old: sha('a') }
  const judged = (timeline: readonly { t: number; saw: string | null }[]) => {
    const began = ago(budgetSeconds)
    const readings = timeline.map(({ t, saw }) => {
      const at = new Date(began.getTime() + t * 1000)
      return saw === null ? silentReading(at) : shaReading(shas[saw] ?? saw, at)
    })
    return judgeReadings(expected({ settlingUntil: now, maxAgeSeconds: null }), readings, now)
  }
  const rows = Object.fromEntries(fleet.groups['buildinfo.settle'].map(({ id, given }) => [id, judged(given.timeline)]))

  test('follow the examples', () => {
    expect(rows['stuck-old']).toMatchObject({ verdict: 'stale', lastSha: sha('a'), flapped: false })
    expect(rows['old-then-gone']).toMatchObject({ verdict: 'stale', now: 'unreachable', lastSha: sha('a') })
    expect(rows['hit-at-deadline']).toMatchObject({ verdict: 'fresh', flapped: false })
    expect(rows['flap-back']).toMatchObject({ verdict: 'stale', flapped: true })
  })

  test('without any are never seen, and silence after a match is only silence', () => {
    expect(judgeReadings(expected(), [], now)).toMatchObject({ verdict: 'never_seen', lastSha: null, flapped: false })
    expect(
      judged([
        { t: 0, saw: 'new' },
        { t: 20, saw: null },
      ]),
    ).toMatchObject({
      verdict: 'unreachable',
      lastSha: sha('b'),
      flapped: true,
    })
    expect(
      judged([
        { t: 0, saw: null },
        { t: 240, saw: null },
      ]),
    ).toMatchObject({ verdict: 'unreachable', lastSha: null })
  })
})
