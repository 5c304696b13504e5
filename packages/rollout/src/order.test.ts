import { describe, expect, test } from 'vitest'
import { compareBuilds, isFullSha, type OrderedBuild, shaMatches } from './order.ts'
import fleet from './testing/cases/fleet.json' with { type: 'json' }
import { sha } from './testing/index.ts'

const build = (overrides: Partial<OrderedBuild> = {}): OrderedBuild => ({
  sha: sha('a'),
  branch: 'main',
  orderedAt: new Date('2026-03-01T10:00:00Z'),
  publishedAt: new Date('2026-03-01T11:00:00Z'),
  ...overrides,
})

describe('the order of two builds', () => {
  test('is the same for the same commit, whatever its case and branch', () => {
    expect(compareBuilds(build(), build({ sha: sha('a').toUpperCase(), branch: 'other' }))).toBe('same')
  })
  test('follows the commit time, then the time of publication', () => {
    const later = build({ sha: sha('b'), orderedAt: new Date('2026-03-01T10:00:01Z') })
    expect(compareBuilds(build(), later)).toBe('older')
    expect(compareBuilds(later, build())).toBe('newer')
    const published = build({ sha: sha('b'), publishedAt: new Date('2026-03-01T11:00:01Z') })
    expect(compareBuilds(published, build())).toBe('newer')
  })
  test('is unknown for a missing build, another branch, a nameless branch, a tie and an unreadable time', () => {
    const other = build({ sha: sha('b') })
    expect(compareBuilds(null, other)).toBe('unknown')
    expect(compareBuilds(other, null)).toBe('unknown')
    expect(compareBuilds(build(), other)).toBe('unknown')
    expect(compareBuilds(build(), { ...other, branch: 'release', orderedAt: new Date(0) })).toBe('unknown')
    expect(compareBuilds(build({ branch: '' }), { ...other, branch: '', orderedAt: new Date(0) })).toBe('unknown')
    expect(compareBuilds(build(), { ...other, orderedAt: new Date(Number.NaN) })).toBe('unknown')
  })
})

describe('a match of commits', () => {
  // The examples that ask for a prefix match show what is not done here: a prefix names many commits.
  const rows = fleet.groups['buildinfo.sha-match'].map(({ id, given, expect: match }) => ({
    id,
    ...given,
    match: match === true && given.actual.length === given.expected.length,
  }))
  test.each(rows)('follows the examples: $id', ({ actual, expected, match }) => {
    expect(shaMatches(actual, expected)).toBe(match)
  })
  test('never holds for something empty or missing', () => {
    expect(shaMatches('', '')).toBe(false)
    expect(shaMatches(null, null)).toBe(false)
    expect(shaMatches(null, sha('a'))).toBe(false)
  })
  test('asks for the full commit', () => {
    expect(isFullSha(sha('a'))).toBe(true)
    expect(isFullSha('a'.repeat(64))).toBe(true)
    for (const text of ['abcdef1', 'dev', '', null, 'g'.repeat(40)]) expect(isFullSha(text)).toBe(false)
  })
})
